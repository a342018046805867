import { ActionIcon, Tooltip } from '@mantine/core'
import { IconRestore } from '@tabler/icons-react'
import { type ReactNode, useCallback, useSyncExternalStore } from 'react'
import { Prose } from '../../../components/prose'
import { limitsOf, plain } from '../form-model'
import { has, same } from '../verdict/json-types'
import { pointerKeys } from '../verdict/pointer'
import { Faults } from './faults'
import classes from './form.module.css'
import { fieldId, type PlaceProps, useFaults, useFormParts } from './form-context'
import { useDescribed } from './use-described'

interface Props extends PlaceProps {
  children: ReactNode
  /** The control is several: the label names their group and points at none of them. */
  isGroup?: boolean
  actions?: ReactNode
}

/** A field: label and help on one side, its control, limits and faults on the other. */
export function FieldRow({
  path,
  schema,
  label,
  isRequired,
  isItem,
  isGroup = false,
  actions,
  children,
}: Props) {
  const faults = useFaults(path)
  const id = fieldId(path)
  const limits = limitsOf(schema)
  useDescribed(id, `${id}:about ${id}:faults`, isRequired && !isGroup)
  const mark = isRequired && !isItem
  const name = (
    <>
      {label}
      {mark && (
        <span className={classes.required} aria-hidden>
          {' '}
          *
        </span>
      )}
    </>
  )
  return (
    <div className={classes.row} data-field={path} data-item={isItem || undefined}>
      <div className={classes.about}>
        {isGroup ? (
          <span id={`${id}:label`} className={classes.label}>
            {name}
          </span>
        ) : (
          <label id={`${id}:label`} htmlFor={id} className={classes.label}>
            {name}
          </label>
        )}
        <div id={`${id}:about`} className={classes.help}>
          {typeof schema.description === 'string' && (
            <span>
              <Prose text={schema.description} />
            </span>
          )}
          {limits && <span className={classes.limits}>{limits}</span>}
        </div>
      </div>
      <div className={classes.control}>
        <div className={classes.controlLine}>
          <div className={classes.input}>{children}</div>
          {actions}
          {!isItem && <Reset path={path} schema={schema} label={label} isRequired={isRequired} />}
        </div>
        <Faults id={`${id}:faults`} messages={faults} />
      </div>
    </div>
  )
}

/** Back to the default, or away where there is none; only where it would change something. */
export function Reset({
  path,
  schema,
  label,
  isRequired,
}: Pick<PlaceProps, 'path' | 'schema' | 'label' | 'isRequired'>) {
  const { state } = useFormParts()
  const initial = useInitial(path, schema)
  const differs = useSyncExternalStore(
    state.subscribe,
    useCallback(() => {
      const value = state.at(path)
      return initial === undefined ? value !== undefined : value === undefined || !same(value, initial)
    }, [state, path, initial]),
  )
  if (!differs || (initial === undefined && isRequired)) return <span className={classes.noReset} />
  const words = initial === undefined ? `Clear ${label}` : `Reset ${label} to ${shortened(plain(initial))}`
  return (
    <Tooltip label={words}>
      <ActionIcon aria-label={words} onClick={() => state.set(path, initial)}>
        <IconRestore size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}

/** The default of a place: the experiment's for a field of the config itself, else the schema's. */
function useInitial(path: string, schema: PlaceProps['schema']): unknown {
  const { state } = useFormParts()
  const [name, ...inner] = pointerKeys(path)
  if (inner.length === 0 && name !== undefined && has(state.initial, name)) return state.initial[name]
  return has(schema, 'default') ? schema.default : undefined
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}
