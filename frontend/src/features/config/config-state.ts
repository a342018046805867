/**
 * The config that is being edited, whichever view shows it: its value, what was typed but is not a value yet, and what
 * is known to be wrong. The value is the only truth: views read it and change it by JSON Pointer.
 */
import { formatJson } from '../../api/json'
import type { Experiment, FieldError } from '../../api/types'
import { inFieldOrder } from './field-order'
import { type Reading, readConfig, writeJson } from './json-text'
import { isWithin, valueAt, withValueAt } from './places'
import { complete } from './verdict/completing'
import type { JsonMap, Schema } from './verdict/json-types'
import { faultsOf } from './verdict/verdict'

/** Text in a field beside the value that was made of it. */
interface Typed {
  text: string
  value: unknown
  /** Why the text is no value. */
  fault?: string
}

/** Of an experiment, what a config is held against. */
type Asked = Pick<Experiment, 'config_schema' | 'form_schema' | 'defaults'>

/** Above this a check waits until the typing pauses. */
const QUICK_MS = 8
const LONGEST_PAUSE_MS = 500
const NOTHING: readonly string[] = []

export class ConfigState {
  schema: Schema = {}
  formSchema: Schema = {}
  defaults: JsonMap = {}
  #experiment: Asked | undefined
  #value: JsonMap
  #typed = new Map<string, Typed>()
  #json: { text: string; read: Reading<JsonMap> } | null = null
  #found: FieldError[] = []
  #refused: FieldError[] = []
  #shown = new Map<string, readonly string[]>()
  #touched = new Set<string>()
  #isSubmitted = false
  #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #cost = 0

  constructor(experiment: Asked, value: JsonMap) {
    this.#value = value
    this.adopt(experiment)
  }

  /** Takes what the experiment asks for now; what was entered stays, right or wrong. */
  adopt(experiment: Asked): void {
    if (experiment === this.#experiment) return
    this.#experiment = experiment
    this.schema = experiment.config_schema ?? {}
    this.formSchema = experiment.form_schema ?? this.schema
    this.defaults = experiment.defaults ?? {}
    this.#initial = undefined
    this.#check()
    this.#tell()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get value(): JsonMap {
    return this.#value
  }

  at(path: string): unknown {
    return valueAt(this.#value, path)
  }

  /** Changes one place; undefined takes it away. */
  set(path: string, value: unknown, typed?: Typed): void {
    this.#value = withValueAt(this.#value, path, value) as JsonMap
    for (const place of [...this.#typed.keys()]) if (isWithin(place, path)) this.#typed.delete(place)
    if (typed) this.#typed.set(path, typed)
    this.#refused = this.#refused.filter((each) => !isWithin(each.path, path) && !isWithin(path, each.path))
    this.#changed()
  }

  /** Text that is no value yet: it stays in its field, and nothing can be submitted. */
  type(path: string, typed: Typed): void {
    this.#typed.set(path, typed)
    this.#touched.add(path)
    this.#changed()
  }

  /** What was typed at a place, while the value made of it is still there. */
  typed(path: string): Typed | undefined {
    const typed = this.#typed.get(path)
    return typed && Object.is(typed.value, this.at(path)) ? typed : undefined
  }

  replace(value: JsonMap): void {
    this.#value = value
    this.#typed.clear()
    this.#json = null
    this.#refused = []
    this.#changed()
  }

  /** The JSON view's text: as it was typed, while it means the value that is there. */
  get json(): { text: string; read: Reading<JsonMap> } {
    if (this.#json === null || (this.#json.read.value && this.#json.read.value !== this.#value)) {
      this.#json = { text: writeJson(this.#value), read: { value: this.#value } }
    }
    return this.#json
  }

  writeJson(text: string): void {
    const read = readConfig(text)
    this.#json = { text, read }
    if (read.value) {
      // A text that means the same value changes nothing in it.
      if (formatJson(read.value) === formatJson(this.#value)) this.#json.read = { value: this.#value }
      else {
        this.#value = read.value
        this.#typed.clear()
      }
    }
    this.#refused = []
    this.#changed()
  }

  /** A place was left by the person: what is wrong with it may be said. */
  touch(path: string): void {
    if (this.#touched.has(path)) return
    this.#touched.add(path)
    this.#show()
    this.#tell()
  }

  /** The whole config was left: what is wrong with it now may be said. */
  touchAll(): void {
    for (const { path } of this.faults) this.#touched.add(path)
    this.#show()
    this.#tell()
  }

  /** The server's refusal, by JSON Pointer into the config. */
  refuse(faults: FieldError[]): void {
    this.#refused = faults
    this.#show()
    this.#tell()
  }

  /** Everything that is wrong now; from here on it is said beside the fields. */
  submit(): FieldError[] {
    this.#isSubmitted = true
    this.#check()
    this.#tell()
    return this.faults
  }

  /** Everything that is known to be wrong, said or not, from top to bottom. */
  get faults(): FieldError[] {
    const typed = [...this.#typed]
      .filter(([path, each]) => each.fault !== undefined && this.typed(path) !== undefined)
      .map(([path, each]) => ({ path, message: each.fault ?? '' }))
    const text = this.#json?.read.fault
    if (text) return [{ path: '', message: `${text.message} (line ${text.line}, column ${text.column})` }]
    const replaced = new Set(typed.map((each) => each.path))
    const found = this.#found.filter((each) => !replaced.has(each.path))
    const all = [...typed, ...found, ...this.#refused]
    const distinct = [...new Map(all.map((each) => [`${each.path}\n${each.message}`, each])).values()]
    return distinct.length > 1 ? inFieldOrder(distinct, this.#value, this.formSchema) : distinct
  }

  /** What may be said beside the field at a place. */
  shownAt(path: string): readonly string[] {
    return this.#shown.get(path) ?? NOTHING
  }

  /** What may be said about a place and everything in it. */
  shownWithin(path: string): FieldError[] {
    const found: FieldError[] = []
    for (const [place, messages] of this.#shown) {
      if (isWithin(place, path)) for (const message of messages) found.push({ path: place, message })
    }
    return found
  }

  /** The config as it is when nothing was entered: what a field is reset to. */
  get initial(): JsonMap {
    this.#initial ??= complete(this.schema, this.defaults, {})
    return this.#initial
  }
  #initial: JsonMap | undefined

  #changed(): void {
    clearTimeout(this.#timer)
    if (this.#cost < QUICK_MS) {
      this.#check()
    } else {
      this.#show()
      const pause = Math.min(LONGEST_PAUSE_MS, this.#cost * 4)
      this.#timer = setTimeout(() => {
        this.#check()
        this.#tell()
      }, pause)
    }
    this.#tell()
  }

  #check(): void {
    const began = performance.now()
    this.#found = faultsOf(this.schema, this.defaults, this.#value)
    this.#cost = performance.now() - began
    this.#show()
  }

  #show(): void {
    const shown = new Map<string, string[]>()
    for (const { path, message } of this.faults) {
      const isSaid =
        this.#isSubmitted ||
        this.#touched.has(path) ||
        this.#refused.some((each) => each.path === path && each.message === message)
      if (isSaid) shown.set(path, [...(shown.get(path) ?? []), message])
    }
    for (const [path, messages] of shown) {
      const held = this.#shown.get(path)
      if (held?.join('\n') === messages.join('\n')) shown.set(path, held as string[])
    }
    this.#shown = shown
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
