/** What the palette offers for what was typed. Pure. */
import type { Instance, Run, RunStatus } from '../../api/types'
import type { PageAction } from '../../components/page-actions'

export type Target =
  | { kind: 'page'; to: '/experiments' | '/catalogue' | '/workers' | '/experiments/new' }
  | { kind: 'instance'; id: string }
  | { kind: 'run'; id: string }
  | { kind: 'colours'; scheme: 'light' | 'dark' | 'auto' }
  | { kind: 'keys' }
  | { kind: 'act'; act: () => void }

export interface Item {
  id: string
  group: 'This page' | 'Instances' | 'Runs' | 'Pages' | 'Actions'
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

/** What somebody means who types "run 12" or "run 12 of coin"; null for anything else. */
export function runWish(typed: string): { number: number; of: string | undefined } | null {
  const found = /^run\s+(\d{1,9})(?:\s+of\s+(\S.*))?$/i.exec(typed.trim())
  return found && { number: Number(found[1]), of: found[2] }
}

/** A run, and the name of its instance as far as it is known. */
export interface FoundRun {
  run: Pick<Run, 'id' | 'number' | 'status'>
  name: string | undefined
}

export interface Found {
  /** Those that match, by last activity. */
  instances: readonly Instance[]
  /** Those that match, the newest first. */
  runs?: readonly FoundRun[]
  /** What the page on view can do. */
  actions?: readonly PageAction[]
  /** They match what was typed before: of them only those whose names fit what is typed now are meant. */
  isOlder?: boolean
}

/** Pages and actions come first where they match what was typed; what the page on view can do always does. */
export function itemsFor(typed: string, { instances, runs = [], actions = [], isOlder }: Found): Item[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = ({ label }: { label: string }) => words.every((word) => label.toLowerCase().includes(word))
  const isMeant = (item: Item) => !isOlder || fits(item)
  const fixed = FIXED.filter(fits)
  const here = actions.filter(fits).map(
    ({ label, act }): Item => ({
      id: `here ${label}`,
      group: 'This page',
      label,
      target: { kind: 'act', act },
    }),
  )
  const found = instances
    .map(
      (instance): Item => ({
        id: `instance ${instance.id}`,
        group: 'Instances',
        label: instance.name,
        detail: instance.experiment,
        target: { kind: 'instance', id: instance.id },
      }),
    )
    .filter(isMeant)
    .slice(0, MOST_INSTANCES)
  const last = instances.flatMap(({ name, last_run }) => (last_run ? [{ run: last_run, name }] : []))
  const each = new Map([...runs, ...last].map((one) => [one.run.id, one] as const))
  const ran = [...each.values()]
    .map(
      ({ run, name }): Item => ({
        id: `run ${run.id}`,
        group: 'Runs',
        label: `Run ${run.number} of ${name ?? '…'}`,
        status: run.status,
        target: { kind: 'run', id: run.id },
      }),
    )
    .filter(isMeant)
    .slice(0, MOST_RUNS)
  return words.length > 0 ? [...here, ...fixed, ...found, ...ran] : [...here, ...found, ...ran, ...fixed]
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
