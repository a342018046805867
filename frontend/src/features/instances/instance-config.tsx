import { Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { experimentsQuery } from '../../api/queries'
import type { Instance } from '../../api/types'
import { ConfigTree } from '../../components/config-tree/config-tree'
import classes from './instance-config.module.css'

/** The config of an instance against its experiment's schema of today. */
export function InstanceConfig({ instance }: { instance: Instance }) {
  const experiment = useQuery(experimentsQuery).data?.find((each) => each.name === instance.experiment)
  return (
    <section aria-labelledby="config" className={classes.config}>
      <Title order={2} id="config" mb={6}>
        Config
      </Title>
      <ConfigTree
        config={instance.config}
        schema={experiment?.config_schema ?? null}
        defaults={experiment?.defaults ?? null}
      />
    </section>
  )
}
