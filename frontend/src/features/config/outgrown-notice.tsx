import { useMemo } from 'react'
import type { Experiment } from '../../api/types'
import { FaultSummary } from './fault-summary'
import { labelOfPlace } from './labels'
import type { JsonMap } from './verdict/json-types'
import { faultsOf } from './verdict/verdict'

interface Props {
  experiment: Experiment
  config: JsonMap
  /** "saved config" */
  what: string
}

/** What of an older config the experiment no longer takes. */
export function OutgrownNotice({ experiment, config, what }: Props) {
  const schema = experiment.config_schema ?? {}
  const faults = useMemo(
    () => faultsOf(experiment.config_schema ?? {}, experiment.defaults ?? {}, config),
    [experiment, config],
  )
  if (faults.length === 0) return null
  return (
    <FaultSummary
      tone="notice"
      title={`The experiment has changed: the ${what} no longer fits it`}
      faults={faults}
      labelOf={(path) => labelOfPlace(path, config, schema)}
    />
  )
}
