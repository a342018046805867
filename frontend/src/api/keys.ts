/** Query keys: one place, so that events and queries mean the same. */
export const keys = {
  instances: {
    all: ['instances'] as const,
    lists: ['instances', 'list'] as const,
    list: (filters: object) => ['instances', 'list', filters] as const,
    counts: ['instances', 'count'] as const,
    count: (experiment: string) => ['instances', 'count', experiment] as const,
    one: (id: string) => ['instances', 'one', id] as const,
    size: (id: string) => ['instances', 'size', id] as const,
  },
  runs: {
    all: ['runs'] as const,
    lists: ['runs', 'list'] as const,
    list: (filters: object) => ['runs', 'list', filters] as const,
    one: (id: string) => ['runs', 'one', id] as const,
    results: (id: string) => ['runs', 'results', id] as const,
    metrics: (id: string) => ['runs', 'metrics', id] as const,
  },
  experiments: ['experiments'] as const,
  workers: ['workers'] as const,
  overview: ['overview'] as const,
}
