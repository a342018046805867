import { IconAlertCircle } from '@tabler/icons-react'
import classes from './form.module.css'

/** What is wrong with a field, beside it; there even when empty, so that it is read out when it fills. */
export function Faults({ id, messages }: { id: string; messages: readonly string[] }) {
  return (
    <div id={id} aria-live="polite" className={classes.faults}>
      {messages.map((message) => (
        <div key={message} className={classes.fault}>
          <IconAlertCircle size={14} aria-hidden />
          <span>{message}</span>
        </div>
      ))}
    </div>
  )
}
