import type { ComponentProps } from 'react'
import classes from './quiet-button.module.css'

/** A button within text or a table's head: nothing but its words, until somebody points at it. */
export function QuietButton({ className, ...props }: ComponentProps<'button'>) {
  return <button type="button" {...props} className={`${classes.button} ${className ?? ''}`} />
}
