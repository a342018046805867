import { ActionIcon, Button, Text, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { Prose } from '../../../components/prose'
import { limitsOf, startingValue, typesNamed } from '../form-model'
import { withItemMoved } from '../places'
import { has, type Schema } from '../verdict/json-types'
import { ConfigField } from './config-field'
import { Faults } from './faults'
import { Reset } from './field-row'
import { focusFirst } from './focus'
import classes from './form.module.css'
import { fieldId, type PlaceProps, useFaults, useFormParts, useValue } from './form-context'
import { JsonField } from './json-field'
import { useRowKeys } from './row-keys'

const PAGE = 50

/** Items one below the other: add, remove, move. */
export function ListField(props: PlaceProps) {
  const { path, schema, label, isRequired, isItem } = props
  const { state } = useFormParts()
  const value = useValue(path)
  const faults = useFaults(path)
  const isNull = value === null && typesNamed(schema).includes('null')
  if (value !== undefined && !isNull && !Array.isArray(value)) return <JsonField {...props} />
  const limits = limitsOf(schema)
  return (
    <fieldset className={classes.group} data-field={path}>
      <legend className={classes.legend}>
        {label}
        {isRequired && !isItem && (
          <span className={classes.required} aria-hidden>
            {' *'}
          </span>
        )}
        {!isItem && <Reset path={path} schema={schema} label={label} isRequired={isRequired} />}
        {typesNamed(schema).includes('null') && !isNull && (
          <Button variant="subtle" size="compact-xs" onClick={() => state.set(path, null)}>
            Not set
          </Button>
        )}
      </legend>
      <div className={classes.help} id={`${fieldId(path)}:about`}>
        {typeof schema.description === 'string' && (
          <span>
            <Prose text={schema.description} />
          </span>
        )}
        {limits && <span className={classes.limits}>{limits}</span>}
      </div>
      <Faults id={`${fieldId(path)}:faults`} messages={faults} />
      {isNull && <Text className={classes.help}>Not set</Text>}
      <Items {...props} items={Array.isArray(value) ? value : []} isAbsent={!Array.isArray(value)} />
    </fieldset>
  )
}

function Items({
  path,
  schema,
  label,
  items,
  isAbsent,
}: PlaceProps & { items: unknown[]; isAbsent: boolean }) {
  const { state, root } = useFormParts()
  const rows = useRowKeys(items.length)
  const [shown, setShown] = useState(PAGE)
  const list = useRef<HTMLOListElement>(null)
  const first = Array.isArray(schema.prefixItems) ? schema.prefixItems : []
  const isFixed = first.length > 0 && (schema.items === false || schema.maxItems === first.length)
  const schemaOf = (index: number): unknown =>
    index < first.length ? first[index] : has(schema, 'items') ? schema.items : {}
  const set = (next: unknown[]) => {
    state.set(path, next)
    state.touch(path)
  }
  const focusItem = (index: number) =>
    requestAnimationFrame(() => {
      const item = list.current?.children[index]
      if (item) focusFirst(item)
      else document.getElementById(`${fieldId(path)}:add`)?.focus()
    })
  const add = () => {
    const item = startingValue(schemaOf(items.length), root)
    set([...items, item === undefined ? null : item])
    setShown((count) => Math.max(count, items.length + 1))
    focusItem(items.length)
  }
  const remove = (index: number) => {
    rows.removed(index)
    set(items.filter((_, other) => other !== index))
    focusItem(Math.min(index, items.length - 2))
  }
  const move = (from: number, to: number) => {
    rows.moved(from, to)
    set(withItemMoved(items, from, to))
    const direction = to < from ? 'up' : 'down'
    requestAnimationFrame(() => {
      const buttons = list.current?.children[to]?.querySelectorAll<HTMLButtonElement>(
        '[data-move]:not(:disabled)',
      )
      const wanted = [...(buttons ?? [])]
      ;(wanted.find((button) => button.dataset.move === direction) ?? wanted[0])?.focus()
    })
  }
  return (
    <>
      {items.length > 0 && (
        <ol className={classes.items} ref={list}>
          {items.slice(0, shown).map((_, index) => (
            <li key={rows.keys[index]} className={classes.item}>
              <div className={classes.itemField}>
                <ConfigField
                  path={`${path}/${index}`}
                  schema={schemaOf(index)}
                  name={itemName(schemaOf(index), label, index)}
                  isRequired
                  isItem
                />
              </div>
              {!isFixed && (
                <span className={classes.itemActions}>
                  <Act
                    label={`Move ${label} ${index + 1} up`}
                    move="up"
                    isDisabled={index === 0}
                    act={() => move(index, index - 1)}
                  />
                  <Act
                    label={`Move ${label} ${index + 1} down`}
                    move="down"
                    isDisabled={index === items.length - 1}
                    act={() => move(index, index + 1)}
                  />
                  <Act label={`Remove ${label} ${index + 1}`} act={() => remove(index)} />
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
      {items.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, items.length - shown)} more of {items.length}
        </Button>
      )}
      {(!isFixed || items.length < first.length) && (
        <Button
          id={`${fieldId(path)}:add`}
          variant="default"
          className={classes.add}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
        >
          Add to {label}
        </Button>
      )}
      {isAbsent && !isFixed && (
        <Button variant="subtle" onClick={() => set([])} className={classes.add}>
          Empty list
        </Button>
      )}
    </>
  )
}

/** Items in a list of plain values need no name of their own beside the list's. */
function itemName(schema: unknown, label: string, index: number): string {
  const title = (schema as Schema | undefined)?.title
  return typeof title === 'string' ? `${title} ${index + 1}` : `${label} ${index + 1}`
}

const ICONS = { up: IconArrowUp, down: IconArrowDown, none: IconTrash }

interface ActProps {
  label: string
  act: () => void
  move?: 'up' | 'down'
  isDisabled?: boolean
}

function Act({ label, act, move, isDisabled = false }: ActProps) {
  const Icon = ICONS[move ?? 'none']
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} data-move={move} disabled={isDisabled} onClick={act}>
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
