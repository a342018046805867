import { Group } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { Link, Outlet } from '@tanstack/react-router'
import { ColorSchemeSwitch } from './color-scheme-switch'
import { ConnectionMark } from './connection-mark'
import classes from './shell.module.css'

const PAGES = [
  { to: '/experiments', label: 'Dashboard' },
  { to: '/catalogue', label: 'Catalogue' },
  { to: '/workers', label: 'Workers' },
] as const

/** What is around every page: the way to the others, and whether the server is heard. */
export function Shell() {
  return (
    <>
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <header className={classes.bar}>
        <Link to="/experiments" className={classes.mark} aria-label="Athanor, dashboard">
          <img src="/assets/favicon.svg" alt="" width={20} height={20} />
          <span className={classes.name}>Athanor</span>
        </Link>
        <nav aria-label="Pages" className={classes.pages}>
          {PAGES.map((page) => (
            <Link key={page.to} to={page.to} className={classes.page} activeProps={{ 'data-active': true }}>
              {page.label}
            </Link>
          ))}
        </nav>
        <Group gap="xs" wrap="nowrap" ml="auto">
          <ConnectionMark />
          <ColorSchemeSwitch />
        </Group>
      </header>
      <main id="main" tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      <Notifications position="bottom-right" limit={4} />
    </>
  )
}
