/** What the palette offers for what was typed. Pure. */
import type { Instance, RunStatus } from '../../api/types'

export type Target =
  | { kind: 'page'; to: '/experiments' | '/catalogue' | '/workers' | '/experiments/new' }
  | { kind: 'instance'; id: string }
  | { kind: 'run'; id: string }
  | { kind: 'colours'; scheme: 'light' | 'dark' | 'auto' }
  | { kind: 'keys' }

export interface Item {
  id: string
  group: 'Instances' | 'Recent runs' | 'Pages' | 'Actions'
  label: string
  detail?: string
  status?: RunStatus
  target: Target
}

const FIXED: Item[] = [
  {
    id: 'dashboard',
    group: 'Pages',
    label: 'Dashboard',
    detail: 'g d',
    target: { kind: 'page', to: '/experiments' },
  },
  {
    id: 'catalogue',
    group: 'Pages',
    label: 'Catalogue',
    detail: 'g c',
    target: { kind: 'page', to: '/catalogue' },
  },
  {
    id: 'workers',
    group: 'Pages',
    label: 'Workers',
    detail: 'g w',
    target: { kind: 'page', to: '/workers' },
  },
  { id: 'new', group: 'Actions', label: 'New instance', target: { kind: 'page', to: '/experiments/new' } },
  { id: 'light', group: 'Actions', label: 'Colours: light', target: { kind: 'colours', scheme: 'light' } },
  { id: 'dark', group: 'Actions', label: 'Colours: dark', target: { kind: 'colours', scheme: 'dark' } },
  {
    id: 'auto',
    group: 'Actions',
    label: 'Colours: as the system',
    target: { kind: 'colours', scheme: 'auto' },
  },
  { id: 'keys', group: 'Actions', label: 'Keys', detail: '?', target: { kind: 'keys' } },
]

const MOST_INSTANCES = 8
const MOST_RUNS = 5

/** `instances`: those that match, by last activity. Pages and actions come first where they match what was typed. */
export function itemsFor(typed: string, instances: readonly Instance[]): Item[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const fixed = FIXED.filter((item) => words.every((word) => item.label.toLowerCase().includes(word)))
  const found = instances.slice(0, MOST_INSTANCES).map(
    (instance): Item => ({
      id: `instance ${instance.id}`,
      group: 'Instances',
      label: instance.name,
      detail: instance.experiment,
      target: { kind: 'instance', id: instance.id },
    }),
  )
  const runs = instances
    .flatMap((instance) => (instance.last_run ? [{ instance, run: instance.last_run }] : []))
    .slice(0, MOST_RUNS)
    .map(
      ({ instance, run }): Item => ({
        id: `run ${run.id}`,
        group: 'Recent runs',
        label: `Run ${run.number} of ${instance.name}`,
        status: run.status,
        target: { kind: 'run', id: run.id },
      }),
    )
  return words.length > 0 ? [...fixed, ...found, ...runs] : [...found, ...runs, ...fixed]
}

/** Neighbours of one group together: its name, the place of its first item, its items. */
export function inGroups(items: readonly Item[]): [group: Item['group'], first: number, members: Item[]][] {
  const groups: [Item['group'], number, Item[]][] = []
  for (const [index, item] of items.entries()) {
    const last = groups.at(-1)
    if (last?.[0] === item.group) last[2].push(item)
    else groups.push([item.group, index, [item]])
  }
  return groups
}
