import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { parseCatalogueSearch } from '../features/catalogue/search'
import { parseEditorSearch } from '../features/config/search'
import { parseInstanceRunsSearch, parseInstanceSearch } from '../features/instances/search'
import { parseRunSearch } from '../features/runs/search'
import { parseSearch, stringifySearch } from '../routing/search'
import { NotFoundPage } from './not-found-page'
import { Shell } from './shell'
import { ErrorPage } from './shell-error-page'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/experiments', replace: true })
  },
})

const dashboard = createRoute({
  getParentRoute: () => root,
  path: '/experiments',
  validateSearch: parseInstanceSearch,
  component: lazyRouteComponent(() => import('./pages/dashboard-page')),
})

const newInstance = createRoute({
  getParentRoute: () => root,
  path: '/experiments/new',
  validateSearch: parseEditorSearch,
  component: lazyRouteComponent(() => import('./pages/new-instance-page')),
})

const instance = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$instanceId',
  validateSearch: parseInstanceRunsSearch,
  component: lazyRouteComponent(() => import('./pages/instance-page')),
})

const editInstance = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$instanceId/edit',
  validateSearch: parseEditorSearch,
  component: lazyRouteComponent(() => import('./pages/edit-instance-page')),
})

/** Start a run with a config that differs from the instance's. */
const runWithChanges = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$instanceId/run',
  validateSearch: parseEditorSearch,
  component: lazyRouteComponent(() => import('./pages/run-with-changes-page')),
})

const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$runId',
  validateSearch: parseRunSearch,
  component: lazyRouteComponent(() => import('./pages/run-page')),
})

const catalogue = createRoute({
  getParentRoute: () => root,
  path: '/catalogue',
  validateSearch: parseCatalogueSearch,
  component: lazyRouteComponent(() => import('./pages/catalogue-page')),
})

const workers = createRoute({
  getParentRoute: () => root,
  path: '/workers',
  component: lazyRouteComponent(() => import('./pages/workers-page')),
})

const pages = [
  dashboard,
  newInstance,
  instance,
  editInstance,
  runWithChanges,
  run,
  catalogue,
  workers,
] as const
const routeTree = root.addChildren([home, ...pages])

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultErrorComponent: ErrorPage,
  defaultPreload: 'intent',
  scrollRestoration: true,
})

/** Once nothing else is to be done: a page that was not loaded yet could not be opened while the server is away. */
export function loadEveryPage(): void {
  for (const page of pages) void page.options.component?.preload?.()?.catch(() => {})
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
