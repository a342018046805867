import { useEffect } from 'react'

/**
 * Says which texts explain a control. Mantine's inputs take `aria-describedby` from their own wrapper only, and drop
 * one that is given.
 */
export function useDescribed(id: string, by: string, isRequired: boolean): void {
  // Each time: the control may have become another one.
  useEffect(() => {
    const control = document.getElementById(id)
    control?.setAttribute('aria-describedby', by)
    if (isRequired) control?.setAttribute('aria-required', 'true')
  })
}
