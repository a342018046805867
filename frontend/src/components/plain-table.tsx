import type { ComponentProps } from 'react'
import classes from './plain-table.module.css'

/** A table short enough to be there as a whole. */
export function PlainTable({ className, ...props }: ComponentProps<'table'>) {
  return <table {...props} className={`${classes.table} ${className ?? ''}`} />
}
