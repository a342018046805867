import { SegmentedControl, Text } from '@mantine/core'
import { lazy, Suspense, useSyncExternalStore } from 'react'
import { LoadingRows } from '../../components/page-states'
import classes from './config-editor.module.css'
import type { ConfigState } from './config-state'
import { JsonView } from './json-view'

const ConfigForm = lazy(() => import('./form/config-form'))

interface Props {
  state: ConfigState
  view: 'form' | 'json'
  onView: (view: 'form' | 'json') => void
}

/** One config, as a form or as JSON. Text that is no JSON stays, and keeps the form away until it is. */
export function ConfigEditor({ state, view, onView }: Props) {
  const isBroken = useSyncExternalStore(state.subscribe, () => state.json.read.fault !== undefined)
  const shown = isBroken ? 'json' : view
  return (
    <section aria-label="Config">
      <div className={classes.head}>
        <h2 className={classes.title}>Config</h2>
        <SegmentedControl
          role="radiogroup"
          aria-label="View of the config"
          className={classes.switch}
          data={[
            { value: 'form', label: 'Form', disabled: isBroken },
            { value: 'json', label: 'JSON' },
          ]}
          value={shown}
          onChange={(next) => onView(next === 'json' ? 'json' : 'form')}
        />
      </div>
      {shown === 'json' ? (
        <JsonView state={state} />
      ) : (
        <Suspense fallback={<LoadingRows />}>
          <ConfigForm state={state} />
          {isEmpty(state) && (
            <Text size="sm" c="dimmed">
              This experiment has nothing to configure.
            </Text>
          )}
        </Suspense>
      )}
    </section>
  )
}

function isEmpty(state: ConfigState): boolean {
  const { properties, additionalProperties } = state.formSchema
  const declared = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
  return declared.length === 0 && additionalProperties === false && Object.keys(state.value).length === 0
}
