import { Text, Tooltip } from '@mantine/core'
import { IconGitBranch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { experimentsQuery, runQuery } from '../../api/queries'
import type { Experiment, Instance } from '../../api/types'
import { Moment } from '../../components/moments'
import { TagList } from '../../components/tag-list'
import classes from './instance-facts.module.css'

/** What an instance is, in a few lines below its name. */
export function InstanceFacts({ instance }: { instance: Instance }) {
  const experiments = useQuery(experimentsQuery).data
  const experiment = experiments?.find((each) => each.name === instance.experiment)
  return (
    <div className={classes.facts}>
      {instance.description && <Text className={classes.description}>{instance.description}</Text>}
      <dl className={classes.list}>
        <div>
          <dt>Experiment</dt>
          <dd>
            <Link
              to="/catalogue"
              search={{ name: instance.experiment }}
              preload={false}
              className={classes.link}
            >
              {experiment?.title || instance.experiment}
            </Link>
            {experiment?.source_hash && (
              <Tooltip label={`Version of the source: ${experiment.source_hash}`}>
                <code className={classes.hash}>{experiment.source_hash.slice(0, 8)}</code>
              </Tooltip>
            )}
            {experiment && <SourceMark instance={instance} experiment={experiment} />}
            {experiments && (!experiment || experiment.error !== null) && (
              <span className={classes.warning}>
                {experiment ? 'cannot be used now' : 'no worker offers it now'}
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>
            <Moment at={instance.created_at} />
          </dd>
        </div>
        <div>
          <dt>Modified</dt>
          <dd>
            <Moment at={instance.updated_at} />
          </dd>
        </div>
        {instance.tags.length > 0 && (
          <div>
            <dt>Tags</dt>
            <dd>
              <TagList tags={instance.tags} />
            </dd>
          </div>
        )}
      </dl>
    </div>
  )
}

/** The experiment's source, schema included, is not what the last run was made with. */
function SourceMark({ instance, experiment }: { instance: Instance; experiment: Experiment }) {
  const last = instance.last_run
  const ran = useQuery({ ...runQuery(last?.id ?? ''), enabled: last !== null }).data?.source_hash
  if (ran == null || experiment.source_hash === null || ran === experiment.source_hash) return null
  return (
    <Tooltip
      multiline
      maw={360}
      label={`Run ${last?.number} was made with ${ran.slice(0, 8)}; a new one is made with ${experiment.source_hash.slice(0, 8)}. Their results may differ for this reason.`}
    >
      <span className={classes.changed}>
        <IconGitBranch size={14} stroke={2} aria-hidden />
        code changed since the last run
      </span>
    </Tooltip>
  )
}
