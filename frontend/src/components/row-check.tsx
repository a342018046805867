import classes from './row-check.module.css'

interface Props {
  label: string
  checked: boolean
  disabled: boolean
  onChange: (checked: boolean) => void
}

/** Selects a row. The browser's own: a table draws dozens of them anew with every turn of the wheel. */
export function RowCheck({ label, checked, disabled, onChange }: Props) {
  return (
    <input
      type="checkbox"
      className={classes.check}
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}
