import {
  ActionIcon,
  Alert,
  Group,
  Slider,
  Switch,
  Text,
  Tooltip,
  useComputedColorScheme,
} from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { lazy, Suspense } from 'react'
import type { MetricSummary } from '../../api/types'
import { count } from '../../components/formats'
import { Empty, Failure, LoadingRows } from '../../components/page-states'
import { SearchField } from '../../components/search-field'
import type { LivePoints } from './live-points'
import classes from './metrics.module.css'
import { shortNumber } from './series'
import { useMetrics, useSeries } from './use-metrics'

const MetricChart = lazy(() => import('./metric-chart'))

/** So many charts show by themselves; where there are more metrics, the others wait until they are asked for. */
const SHOWN_FIRST = 6

export interface MetricsSearch {
  q?: string | undefined
  /** The charts that show; absent: the first few. */
  metric?: string[] | undefined
  scale?: 'log' | undefined
  /** 0 to 99 hundredths: the weight of the past. */
  smooth?: number | undefined
}

interface Props {
  runId: string
  isOver: boolean
  search: MetricsSearch
  onSearch: (change: MetricsSearch) => void
}

export function MetricsTab({ runId, isOver, search, onSearch }: Props) {
  const { metrics, error, refetch, live, refused } = useMetrics(runId)
  const { q = '' } = search
  const isLogarithmic = search.scale === 'log'
  const smoothing = (search.smooth ?? 0) / 100
  if (!metrics) return error ? <Failure error={error} retry={() => void refetch()} /> : <LoadingRows />
  if (metrics.length === 0) {
    return (
      <Empty title={isOver ? 'The run recorded no metrics' : 'No metrics yet'}>
        {isOver ? undefined : 'They appear here as run.metric(name, value) records them.'}
      </Empty>
    )
  }
  const names = search.metric ?? metrics.slice(0, SHOWN_FIRST).map((metric) => metric.name)
  const isShown = (metric: MetricSummary) => names.includes(metric.name)
  const found = metrics.filter((metric) => metric.name.toLowerCase().includes(q.toLowerCase()))
  const shown = metrics.filter(isShown).filter((metric) => found.includes(metric))
  return (
    <section aria-label="Metrics" className={classes.metrics}>
      {refused !== null && (
        <Alert color="yellow" role="alert" title="New points do not come by themselves">
          {refused}
        </Alert>
      )}
      <Group gap="lg" className={classes.toolbar}>
        <SearchField
          label="Search metrics"
          placeholder="Search metrics  ( / )"
          value={q}
          onChange={(text) => onSearch({ q: text || undefined })}
        />
        <Switch
          label="Log scale"
          checked={isLogarithmic}
          onChange={(event) => onSearch({ scale: event.currentTarget.checked ? 'log' : undefined })}
        />
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" id="smoothing">
            Smoothing
          </Text>
          <Slider
            aria-labelledby="smoothing"
            thumbLabel="Smoothing"
            w={140}
            size="sm"
            min={0}
            max={0.99}
            step={0.01}
            label={(value) => value.toFixed(2)}
            value={smoothing}
            onChange={(value) => onSearch({ smooth: Math.round(value * 100) || undefined })}
          />
        </Group>
        <Text size="sm" c="dimmed">
          Drag to zoom, double click for all
        </Text>
      </Group>
      <div className={classes.names}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">Chart</span>
              </th>
              <th scope="col">Metric</th>
              <th scope="col">Last</th>
              <th scope="col">Min</th>
              <th scope="col">Max</th>
              <th scope="col">Points</th>
            </tr>
          </thead>
          <tbody>
            {found.map((metric) => {
              const isOn = isShown(metric)
              return (
                <tr key={metric.name}>
                  <td>
                    <Tooltip label={isOn ? 'Hide chart' : 'Show chart'}>
                      <ActionIcon
                        size="sm"
                        variant={isOn ? 'light' : 'subtle'}
                        color={isOn ? 'accent' : 'gray'}
                        aria-pressed={isOn}
                        aria-label={`${isOn ? 'Hide' : 'Show'} chart of ${metric.name}`}
                        onClick={() => onSearch({ metric: toggled(names, metric.name) })}
                      >
                        <IconChartLine size={16} aria-hidden />
                      </ActionIcon>
                    </Tooltip>
                  </td>
                  <th scope="row">{metric.name}</th>
                  <td>{shortNumber(metric.last)}</td>
                  <td>{shortNumber(metric.min)}</td>
                  <td>{shortNumber(metric.max)}</td>
                  <td>{count(metric.points)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
        {found.length === 0 && <Empty title="No metric matches" />}
      </div>
      <div className={classes.charts}>
        {shown.map((metric) => (
          <Chart
            key={metric.name}
            runId={runId}
            name={metric.name}
            live={live}
            isLogarithmic={isLogarithmic}
            smoothing={smoothing}
          />
        ))}
      </div>
    </section>
  )
}

/** What stands in the address when every chart is hidden. */
const NO_CHART = '-'

function toggled(names: string[], name: string): string[] {
  const left = names.filter((each) => each !== name && each !== NO_CHART)
  if (!names.includes(name)) left.push(name)
  return left.length > 0 ? left : [NO_CHART]
}

interface ChartProps {
  runId: string
  name: string
  live: LivePoints
  isLogarithmic: boolean
  smoothing: number
}

function Chart({ runId, name, live, isLogarithmic, smoothing }: ChartProps) {
  const { columns, error } = useSeries(runId, name, live)
  // The canvas has its colours from the scheme it was drawn in.
  const scheme = useComputedColorScheme('light')
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>{name}</figcaption>
      {error && <Failure error={error} />}
      {columns ? (
        <Suspense fallback={<div className={classes.chart} />}>
          <MetricChart
            key={scheme}
            name={name}
            columns={columns}
            isLogarithmic={isLogarithmic}
            smoothing={smoothing}
          />
        </Suspense>
      ) : (
        !error && <div className={classes.chart} />
      )}
    </figure>
  )
}
