import { Tooltip } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { JsonObject } from '../../api/types'
import { Disclosure } from '../disclosure'
import { count } from '../formats'
import { QuietButton } from '../quiet-button'
import classes from './config-tree.module.css'
import { type ConfigNode, describeConfig, short } from './describe'

interface Props {
  config: JsonObject
  /** The experiment's `config_schema` or `form_schema`; null when it is not known. */
  schema: JsonObject | null
  defaults: JsonObject | null
}

/** Parts beyond this many are shown when asked for. */
const PARTS_AT_ONCE = 50
/** A list or object with more parts is closed at first. */
const OPEN_UP_TO = 8

/** A config as a tree: titles of its schema, values that differ from their default stand out. */
export function ConfigTree({ config, schema, defaults }: Props) {
  const nodes = useMemo(() => describeConfig(config, schema, defaults), [config, schema, defaults])
  if (nodes.length === 0) return <p className={classes.none}>This experiment takes no config.</p>
  return <Parts nodes={nodes} />
}

function Parts({ nodes }: { nodes: readonly ConfigNode[] }) {
  const [most, setMost] = useState(PARTS_AT_ONCE)
  return (
    <ul className={classes.parts}>
      {nodes.slice(0, most).map((node) => (
        <Part key={node.path} node={node} />
      ))}
      {nodes.length > most && (
        <li>
          <QuietButton className={classes.more} onClick={() => setMost(most + 10 * PARTS_AT_ONCE)}>
            Show more ({count(nodes.length - most)})
          </QuietButton>
        </li>
      )}
    </ul>
  )
}

function Part({ node }: { node: ConfigNode }) {
  const { parts } = node
  const [isOpen, setIsOpen] = useState(parts !== null && parts.length <= OPEN_UP_TO)
  if (parts === null || parts.length === 0)
    return (
      <li className={classes.part} data-default={node.isDefault ?? undefined}>
        <Name node={node} /> <Value node={node} />
      </li>
    )
  return (
    <li className={classes.part} data-default={node.isDefault ?? undefined}>
      <Disclosure isOpen={isOpen} onToggle={() => setIsOpen(!isOpen)}>
        <Name node={node} />
        <span className={classes.size}>{isOpen ? '' : short(node.value)}</span>
      </Disclosure>
      {isOpen && <Parts nodes={parts} />}
    </li>
  )
}

function Name({ node }: { node: ConfigNode }) {
  const isPlace = /^\d+$/.test(node.name)
  const name = (
    <span className={classes.name} data-place={isPlace || undefined}>
      {node.title ?? node.name}
    </span>
  )
  const words = [node.title !== null && node.title !== node.name ? node.name : null, node.hint]
    .filter(Boolean)
    .join(' · ')
  return words ? (
    <Tooltip label={words} multiline maw={420}>
      {name}
    </Tooltip>
  ) : (
    name
  )
}

function Value({ node }: { node: ConfigNode }) {
  const { value } = node
  return (
    <span className={classes.value} data-kind={value === null ? 'null' : typeof value}>
      {value === '' ? '""' : short(value, 400)}
      {node.unit && <span className={classes.unit}> {node.unit}</span>}
      {node.isDefault === false && <span className="visually-hidden"> (not the default)</span>}
    </span>
  )
}
