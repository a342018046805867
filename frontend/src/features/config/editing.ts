/** One thing being edited: details and config, its draft, its faults, its submission. */
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { formatJson } from '../../api/json'
import { ApiError } from '../../api/problem'
import type { Experiment, FieldError } from '../../api/types'
import { ConfigState } from './config-state'
import type { Details } from './details-fields'
import { dropDraft, readDraft, writeDraft } from './drafts'
import { focusPlace } from './form/focus'
import type { JsonMap } from './verdict/json-types'
import { counted, ofPattern } from './verdict/words'

const NOT_BLANK = '^[^\\x00]*\\S[^\\x00]*$'
const SAVE_AFTER_MS = 250

export interface Start {
  details: Details
  config: JsonMap
}

interface Options {
  experiment: Experiment
  start: Start
  /** Of the draft in this browser; two editors of the same thing share it. */
  draftKey: string
  /** A run has no details of its own. */
  hasDetails: boolean
  /** Details that were entered before the experiment was chosen anew. */
  carried?: Details | undefined
}

export type Editing = ReturnType<typeof useEditing>

const textOf = (start: Start) => formatJson([start.details, start.config])

export function useEditing({ experiment, start: given, draftKey, hasDetails, carried }: Options) {
  const [start, setStart] = useState(given)
  const [draft] = useState(() => {
    const held = readDraft(draftKey)
    return held && (held.text !== undefined || textOf(held) !== textOf(given)) ? held : null
  })
  const [state] = useState(() => {
    const made = new ConfigState(experiment, draft?.config ?? given.config)
    if (draft?.text !== undefined) made.writeJson(draft.text)
    return made
  })
  const [details, setDetails] = useState(carried ?? draft?.details ?? given.details)
  const [isRestored, setRestored] = useState(draft !== null)
  const [isDraftOlder] = useState(draft !== null && draft.base !== textOf(given))
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [isTried, setTried] = useState(false)
  const [refused, setRefused] = useState<FieldError[]>([])
  const [problem, setProblem] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isDone = useRef(false)
  const config = useSyncExternalStore(state.subscribe, () => state.value)
  const broken = useSyncExternalStore(state.subscribe, () =>
    state.json.read.fault ? state.json.text : undefined,
  )
  const configFaults = useStableFaults(state)
  // The experiment may change, or come, while it is open. What asks `state` for its schema is drawn anew.
  useLayoutEffect(() => state.adopt(experiment), [state, experiment])
  useSyncExternalStore(state.subscribe, () => state.formSchema)

  const unsaved = useRef<() => void>(undefined)
  const isDirty = broken !== undefined || textOf({ details, config }) !== textOf(start)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new start alone is nothing to save
  useEffect(() => {
    if (isDone.current) return undefined
    const save = () => {
      unsaved.current = undefined
      if (isDone.current) return
      if (isDirty)
        writeDraft(draftKey, {
          details,
          config,
          base: textOf(start),
          ...(broken !== undefined && { text: broken }),
        })
      else dropDraft(draftKey)
    }
    unsaved.current = save
    const timer = setTimeout(save, SAVE_AFTER_MS)
    addEventListener('pagehide', save)
    return () => {
      clearTimeout(timer)
      removeEventListener('pagehide', save)
    }
  }, [draftKey, details, config, broken, isDirty])
  // The editor may be taken away from under the person: when their session ends, for instance.
  useEffect(() => () => unsaved.current?.(), [])

  const ownFaults = hasDetails ? nameFaults(details.name) : []
  const detailFaults = [...ownFaults.filter((each) => isTried || touched.has(each.path)), ...refused]
  const faults = [...ownFaults, ...refused, ...configFaults]

  /**
   * Runs `send` when nothing is wrong; else, or when the server refuses, goes to the first fault. What was sent stays
   * busy: the page is being left, and may have more to do before.
   */
  async function submit<T>(send: (sent: Start) => Promise<T>): Promise<T | undefined> {
    if (isBusy) return undefined
    setTried(true)
    setProblem(null)
    setRefused([])
    state.refuse([])
    const found = [...ownFaults, ...state.submit()]
    if (found.length > 0) {
      requestAnimationFrame(() => focusPlace(found[0]?.path ?? ''))
      return undefined
    }
    setBusy(true)
    try {
      const answer = await send({ details, config: state.value })
      isDone.current = true
      dropDraft(draftKey)
      return answer
    } catch (error) {
      refuse(error)
      setBusy(false)
      return undefined
    }
  }

  function refuse(error: unknown): void {
    const all = error instanceof ApiError ? error.errors : []
    const inConfig = all.filter((each) => each.path === '/config' || each.path.startsWith('/config/'))
    const inDetails = all
      .filter((each) => /^\/(name|description|tags)(\/|$)/.test(each.path))
      .map((each) => ({ ...each, path: each.path.replace('/', '@') }))
    const placed = inConfig.map((each) => ({ ...each, path: each.path.slice('/config'.length) }))
    state.refuse(placed)
    setRefused(inDetails)
    const isPlaced = all.length > 0 && inConfig.length + inDetails.length === all.length
    if (!isPlaced) setProblem(error instanceof Error ? error : new Error(String(error)))
    const first = inDetails[0] ?? placed[0]
    if (first) requestAnimationFrame(() => focusPlace(first.path))
  }

  return {
    state,
    details,
    config,
    start,
    faults,
    detailFaults,
    isTried,
    isDirty,
    isBusy,
    isRestored,
    /** What the draft started from was changed since. */
    isDraftOlder,
    problem,
    submit,
    /** What is being left behind may be left: it was saved. */
    isDone: () => isDone.current,
    change(next: Partial<Details>) {
      setDetails((held) => ({ ...held, ...next }))
      setRefused((held) =>
        held.filter((each) => !Object.keys(next).some((name) => each.path.startsWith(`@${name}`))),
      )
    },
    touch: (path: string) => setTouched((held) => (held.has(path) ? held : new Set([...held, path]))),
    /** Takes another start over, and everything entered away. */
    restart(next: Start) {
      setStart(next)
      setDetails(next.details)
      state.replace(next.config)
      setRestored(false)
      setTried(false)
      setRefused([])
      setProblem(null)
      dropDraft(draftKey)
    },
    /** Takes another start over where nothing was entered. */
    follow(next: Start) {
      if (formatJson(details) === formatJson(start.details)) setDetails(next.details)
      if (broken === undefined && formatJson(config) === formatJson(start.config)) state.replace(next.config)
      setStart(next)
    },
    /** What is entered stays, and counts as changed against another start. */
    rebase: setStart,
  }
}

function nameFaults(name: string): FieldError[] {
  if (name === '') return [{ path: '@name', message: counted('minLength', 1) }]
  return /\S/.test(name) ? [] : [{ path: '@name', message: ofPattern(NOT_BLANK) }]
}

/** All faults of the config; the same list while they are the same. */
function useStableFaults(state: ConfigState): FieldError[] {
  const held = useRef<{ text: string; faults: FieldError[] }>({ text: '', faults: [] })
  return useSyncExternalStore(state.subscribe, () => {
    const faults = state.faults
    const text = faults.map((each) => `${each.path} ${each.message}`).join('\n')
    if (text !== held.current.text) held.current = { text, faults }
    return held.current.faults
  })
}
