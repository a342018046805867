import { Button, Collapse, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, useSearch } from '@tanstack/react-router'
import type { RunDetail } from '../../api/types'
import { REASON_WORDS } from '../../components/status-badge'
import classes from './runs.module.css'

/** So many of the last lines of a traceback show without being asked for. */
const LAST_LINES = 8

interface Props {
  run: RunDetail
  /** The offset of the last line of the log; null where it has none. */
  lastLine: number | null
}

/** Why a run failed: the error and the end of the traceback, before everything else. */
export function FailurePanel({ run, lastLine }: Props) {
  const [isWhole, { toggle }] = useDisclosure(false)
  const isThere = useSearch({ strict: false }).line === lastLine
  if (run.status !== 'failed') return null
  const lines = run.traceback?.trimEnd().split('\n') ?? []
  const earlier = lines.slice(0, -LAST_LINES)
  return (
    <section aria-label="Failure" className={classes.failure}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Text fw={600} className={classes.error}>
          {run.error ??
            `The run failed: ${run.reason ? (REASON_WORDS[run.reason] ?? run.reason) : 'no reason was given'}.`}
        </Text>
        {lastLine !== null && (
          <Button
            variant="default"
            flex="none"
            renderRoot={(props) => (
              <Link
                to="/runs/$runId"
                params={{ runId: run.id }}
                search={{ tab: 'logs', line: lastLine }}
                state={({ asked = 0 }) => ({ asked: asked + 1 })}
                replace={isThere}
                resetScroll={false}
                {...props}
              />
            )}
          >
            End of the log
          </Button>
        )}
      </Group>
      {lines.length > 0 && (
        <>
          {earlier.length > 0 && (
            <Button variant="subtle" px={0} onClick={toggle} aria-expanded={isWhole}>
              {isWhole ? 'Only the end' : `${earlier.length} earlier lines of the traceback`}
            </Button>
          )}
          <Collapse expanded={isWhole}>
            <pre className={classes.traceback}>{earlier.join('\n')}</pre>
          </Collapse>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it */}
          <pre className={classes.traceback} tabIndex={0}>
            {lines.slice(-LAST_LINES).join('\n')}
          </pre>
        </>
      )}
    </section>
  )
}
