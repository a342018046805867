import { render, screen } from '@testing-library/react'
import { useEffect, useRef } from 'react'
import { expect, test } from 'vitest'
import { useReturnFocus } from './focus'

function Dialog() {
  useReturnFocus()
  const inside = useRef<HTMLButtonElement>(null)
  useEffect(() => inside.current?.focus(), [])
  return (
    <button ref={inside} type="button">
      inside
    </button>
  )
}

function Scene({ isOpen, hasOpener = true }: { isOpen: boolean; hasOpener?: boolean }) {
  return (
    <>
      {hasOpener && <button type="button">opener</button>}
      <button type="button">other</button>
      {isOpen && <Dialog />}
    </>
  )
}

test('focus goes back to what opened the dialog', () => {
  const { rerender } = render(<Scene isOpen={false} />)
  const opener = screen.getByText('opener')
  opener.focus()
  rerender(<Scene isOpen />)
  expect(document.activeElement).toBe(screen.getByText('inside'))
  rerender(<Scene isOpen={false} />)
  expect(document.activeElement).toBe(opener)
})

test('focus that went elsewhere stays there', () => {
  const { rerender } = render(<Scene isOpen={false} />)
  screen.getByText('opener').focus()
  rerender(<Scene isOpen />)
  screen.getByText('other').focus()
  rerender(<Scene isOpen={false} />)
  expect(document.activeElement).toBe(screen.getByText('other'))
})

test('an opener that is gone is not asked', () => {
  const { rerender } = render(<Scene isOpen={false} />)
  screen.getByText('opener').focus()
  rerender(<Scene isOpen />)
  rerender(<Scene isOpen={false} hasOpener={false} />)
  expect(document.activeElement).toBe(document.body)
})
