import { ActionIcon, Tooltip } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { IconCommand, IconKeyboard } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useIsSignedOut } from '../live/session'
import { ColorSchemeSwitch } from './color-scheme-switch'
import { ConnectionMark } from './connection-mark'
import classes from './shell.module.css'
import { useMainFocus } from './shell-focus'
import { useShellKeys } from './shell-keys'
import { SignOut } from './shell-sign-out'

const SignInView = lazy(() => import('../features/sign-in/sign-in-view'))

const PAGES = [
  { to: '/experiments', label: 'Dashboard', also: '/runs' },
  { to: '/catalogue', label: 'Catalogue' },
  { to: '/workers', label: 'Workers' },
] as const

/** What is around every page: the way to the others, and whether the server is heard. */
export function Shell() {
  const { openPalette, openKeys, overlays } = useShellKeys()
  const isSignedOut = useIsSignedOut()
  const main = useMainFocus()
  const pathname = useLocation({ select: (location) => location.pathname })
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
            <Link
              key={page.to}
              to={page.to}
              className={classes.page}
              activeProps={{ 'data-active': true }}
              {...('also' in page && pathname.startsWith(page.also) && { 'data-active': true })}
            >
              {page.label}
            </Link>
          ))}
        </nav>
        <div className={classes.tools}>
          {!isSignedOut && <ConnectionMark />}
          <Tooltip label="Go to… (Ctrl K)">
            <ActionIcon aria-label="Palette" aria-keyshortcuts="Control+K Meta+K" onClick={openPalette}>
              <IconCommand size={18} stroke={1.5} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Keys (?)">
            <ActionIcon aria-label="Keys" aria-keyshortcuts="?" className={classes.keys} onClick={openKeys}>
              <IconKeyboard size={18} stroke={1.5} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <ColorSchemeSwitch />
          <SignOut />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        {isSignedOut ? (
          <Suspense>
            <SignInView />
          </Suspense>
        ) : (
          <Outlet />
        )}
      </main>
      {overlays}
      <Notifications position="bottom-right" limit={4} className={classes.notices} />
    </>
  )
}
