import { Anchor, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import classes from './page.module.css'

interface Crumb {
  label: string
  to: string
}

interface Props {
  title: string
  /** The tab's title, where `title` alone would not tell its pages apart. */
  tabTitle?: string
  /** Where the page lies, outermost first, without itself. */
  crumbs?: Crumb[]
  actions?: ReactNode
  /** Stays in view when the page scrolls. */
  isSticky?: boolean
  /** Takes as much of a large screen as there is. */
  isWide?: boolean
  /** Below the title, within the header. */
  details?: ReactNode
  children: ReactNode
}

/** A page: where you are, its actions, its content. Sets the tab's title. */
export function Page({
  title,
  tabTitle = title,
  crumbs = [],
  actions,
  isSticky = false,
  isWide = false,
  details,
  children,
}: Props) {
  useEffect(() => {
    document.title = `${tabTitle} · Athanor`
  }, [tabTitle])
  return (
    <div className={classes.page} data-wide={isWide || undefined}>
      <header className={classes.header} data-sticky={isSticky || undefined}>
        {crumbs.length > 0 && (
          <nav aria-label="Breadcrumb" className={classes.crumbs}>
            {crumbs.map((crumb, place) => (
              <span key={crumb.to}>
                <Anchor component={Link} to={crumb.to} size="sm">
                  {crumb.label}
                </Anchor>
                {place < crumbs.length - 1 && (
                  <Text span c="dimmed" size="sm" aria-hidden>
                    {' / '}
                  </Text>
                )}
              </span>
            ))}
          </nav>
        )}
        <Group justify="space-between" align="center" gap="sm">
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {details}
      </header>
      {children}
    </div>
  )
}
