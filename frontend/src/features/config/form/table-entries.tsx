import { ActionIcon, Button, Input, Tooltip } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { startingValue } from '../form-model'
import { withFieldRenamed, withValueAt } from '../places'
import { has, isMap, type JsonMap, type Schema } from '../verdict/json-types'
import { pointer } from '../verdict/pointer'
import { matcher } from '../verdict/python-patterns'
import { ConfigField } from './config-field'
import { Faults } from './faults'
import classes from './form.module.css'
import { fieldId, useFaults, useFormParts } from './form-context'
import { useRowKeys } from './row-keys'

interface Props {
  path: string
  schema: Schema
  /** The entries: the fields that the schema does not declare by name. */
  names: string[]
}

/** A dict: entries with a name that a person gives. */
export function TableEntries({ path, schema, names }: Props) {
  const { state, root } = useFormParts()
  const rows = useRowKeys(names.length)
  const list = useRef<HTMLUListElement>(null)
  const add = () => {
    const held = state.at(path)
    const name = freeName(isMap(held) ? held : {}, schema)
    state.set(
      path,
      withValueAt(held ?? {}, pointer([name]), startingValue(schemaFor(name, schema), root) ?? null),
    )
    requestAnimationFrame(() => list.current?.lastElementChild?.querySelector('input')?.focus())
  }
  return (
    <>
      {names.length > 0 && (
        <ul className={classes.items} ref={list}>
          {names.map((name, index) => (
            <Entry
              key={rows.keys[index]}
              path={path}
              name={name}
              schema={schemaFor(name, schema)}
              remove={() => {
                rows.removed(index)
                state.set(path + pointer([name]), undefined)
              }}
            />
          ))}
        </ul>
      )}
      <Button
        id={`${fieldId(path)}:add`}
        variant="default"
        className={classes.add}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={add}
      >
        Add entry
      </Button>
    </>
  )
}

interface EntryProps {
  path: string
  name: string
  schema: unknown
  remove: () => void
}

function Entry({ path, name, schema, remove }: EntryProps) {
  const { state } = useFormParts()
  const place = path + pointer([name])
  const faults = useFaults(place)
  const [clash, setClash] = useState<string | null>(null)
  const rename = (next: string) => {
    const held = state.at(path)
    if (!isMap(held) || next === name) return setClash(null)
    if (has(held, next)) {
      state.type(place, { text: next, value: held[name], fault: `has a name that is taken: ${next}` })
      return setClash(next)
    }
    setClash(null)
    state.set(path, withFieldRenamed(held, name, next))
  }
  return (
    <li className={classes.entry}>
      <Input
        className={classes.entryName}
        aria-label="Name of the entry"
        aria-describedby={`${fieldId(place)}:name`}
        value={clash ?? name}
        error={clash !== null}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => rename(event.currentTarget.value)}
        onBlur={() => state.touch(place)}
      />
      <div className={classes.itemField}>
        <ConfigField path={place} schema={schema} name={name} isRequired isItem />
      </div>
      <Tooltip label={`Remove ${name}`}>
        <ActionIcon aria-label={`Remove ${name}`} onClick={remove} className={classes.itemActions}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <span id={`${fieldId(place)}:name`} hidden>
        {faults.join(', ')}
      </span>
      {clash !== null && <Faults id={`${fieldId(place)}:clash`} messages={[`the name ${clash} is taken`]} />}
    </li>
  )
}

/** What the schema says about an entry of this name. */
function schemaFor(name: string, schema: Schema): unknown {
  for (const [pattern, rule] of Object.entries(
    isMap(schema.patternProperties) ? schema.patternProperties : {},
  )) {
    if (matcher(pattern)?.test(name)) return rule
  }
  return isMap(schema.additionalProperties) ? schema.additionalProperties : {}
}

/** A first name for a new entry: one that the schema lists, else a number where names are patterns of digits. */
function freeName(held: JsonMap, schema: Schema): string {
  const names = isMap(schema.propertyNames) ? schema.propertyNames : {}
  const listed = Array.isArray(names.enum) ? names.enum.map(String) : []
  const free = listed.find((name) => !has(held, name))
  if (free !== undefined) return free
  if (!has(held, '')) return ''
  for (let number = 1; ; number += 1) if (!has(held, `entry_${number}`)) return `entry_${number}`
}
