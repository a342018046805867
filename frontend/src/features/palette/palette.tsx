import { Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { instancesQuery } from '../../api/queries'
import { useReturnFocus } from '../../components/focus'
import { usePageActions } from '../../components/page-actions'
import { StatusBadge } from '../../components/status-badge'
import { type Item, inGroups, itemsFor } from './items'
import classes from './palette.module.css'
import { useFoundRuns } from './use-found-runs'

interface Props {
  onClose: () => void
  onColours: (scheme: 'light' | 'dark' | 'auto') => void
  onKeys: () => void
}

const TYPING_MS = 120
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }

/** Go to any instance, run or page, or do something here or anywhere, by its name. */
export default function Palette({ onClose, onColours, onKeys }: Props) {
  useReturnFocus()
  const list = useId()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  /** By its id: what is found moves as it becomes active. */
  const [current, setCurrent] = useState<string | null>(null)
  const [asked] = useDebouncedValue(typed.trim(), TYPING_MS)
  const query = useInfiniteQuery(instancesQuery(asked ? { q: asked } : {}))
  const instances = query.data?.pages[0]?.items ?? []
  const runs = useFoundRuns(asked, instances)
  const isOlder = typed.trim() !== asked || query.isPlaceholderData
  const items = itemsFor(typed, { instances, runs, actions: usePageActions(), isOlder })
  const held = items.findIndex((item) => item.id === current)
  const chosen = held < 0 && items.length > 0 ? 0 : held
  const idOf = (index: number) => `${list}-${index}`

  useEffect(() => {
    document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [list, chosen])

  const act = ({ target }: Item) => {
    onClose()
    if (target.kind === 'page') void navigate({ to: target.to })
    else if (target.kind === 'instance')
      void navigate({ to: '/experiments/$instanceId', params: { instanceId: target.id } })
    else if (target.kind === 'run') void navigate({ to: '/runs/$runId', params: { runId: target.id } })
    else if (target.kind === 'colours') onColours(target.scheme)
    else if (target.kind === 'act') target.act()
    else onKeys()
  }
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (step !== undefined && items.length > 0) {
      event.preventDefault()
      setCurrent(items[(chosen + step + items.length) % items.length]?.id ?? null)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      const item = items[chosen]
      if (item) act(item)
    }
  }
  return (
    <Modal.Root opened onClose={onClose} padding={0} size={560} yOffset="12dvh" returnFocus>
      <Modal.Overlay />
      <Modal.Content aria-label="Palette">
        <Modal.Body>
          <TextInput
            data-autofocus
            variant="unstyled"
            className={classes.search}
            leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
            placeholder="Go to an instance, run or page, or do something"
            role="combobox"
            aria-label="Go to"
            aria-expanded
            aria-autocomplete="list"
            aria-controls={list}
            aria-activedescendant={chosen >= 0 ? idOf(chosen) : undefined}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value)
              setCurrent(null)
            }}
            onKeyDown={press}
          />
          <div role="listbox" id={list} aria-label="Found" className={classes.list}>
            {inGroups(items).map(([group, first, members]) => (
              // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
              <div key={group} role="group" aria-label={group}>
                <div className={classes.group} aria-hidden>
                  {group}
                </div>
                {members.map((item, place) => {
                  const index = first + place
                  return (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and takes the keys
                    <div
                      key={item.id}
                      id={idOf(index)}
                      role="option"
                      tabIndex={-1}
                      aria-selected={index === chosen}
                      className={classes.item}
                      onPointerMove={() => setCurrent(item.id)}
                      onClick={() => act(item)}
                    >
                      <span className={classes.label}>{item.label}</span>
                      {item.status && <StatusBadge status={item.status} />}
                      {item.detail && <span className={classes.detail}>{item.detail}</span>}
                    </div>
                  )
                })}
              </div>
            ))}
          </div>
          <p className={classes.note} role="status">
            {items.length === 0 ? (isOlder || query.isFetching ? 'Looking…' : 'Nothing of that name.') : ''}
          </p>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
