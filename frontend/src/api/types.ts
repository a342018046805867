/** Short names for the server's types; schema.d.ts is written by `make types`. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Experiment = Schemas['Experiment']
export type FieldError = Schemas['FieldError']
export type Instance = Schemas['Instance']
export type InstanceSize = Schemas['InstanceSize']
export type CreateInstance = Schemas['CreateInstance']
export type UpdateInstance = Schemas['UpdateInstance']
export type Run = Schemas['Run']
export type RunDetail = Schemas['RunDetail']
export type RunProgress = Schemas['RunProgress']
export type RunStatus = Run['status']
export type RunReason = NonNullable<Run['reason']>
export type LogLine = Schemas['LogLine']
export type Attempt = Schemas['Attempt']
export type LogLevel = LogLine['level']
export type LogPage = Schemas['LogPage']
export type MetricPoint = Schemas['MetricPoint']
export type MetricSummary = Schemas['MetricSummary']
export type Series = Schemas['Series']
export type ResultEntry = Schemas['ResultEntry']
export type ResultPage = Schemas['ResultEntryPage']
export type ResultDetail = Schemas['ResultDetail']
export type Worker = Schemas['Worker']
export type Overview = Schemas['Overview']
export type Problem = Schemas['Problem']
export type Event = Schemas['Event']
export type ServerFrame = Schemas['ServerFrame']
export type ClientFrame = Schemas['ClientFrame']
export type Subscribe = Schemas['Subscribe']

/** A config, or any other JSON object. */
export type JsonObject = Record<string, unknown>
