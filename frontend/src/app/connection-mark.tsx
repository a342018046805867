import { Group, Text, Tooltip } from '@mantine/core'
import { useNow } from '../components/clock'
import { useConnectionState } from '../live/live'
import classes from './connection-mark.module.css'

/** Whether the page hears the server; after a break it goes on by itself. */
export function ConnectionMark() {
  const state = useConnectionState()
  const now = useNow(state.kind === 'waiting')
  const words = {
    open: 'live',
    connecting: 'connecting',
    waiting: 'offline',
  }[state.kind]
  const explanation = {
    open: 'Everything on this page is as new as the server has it.',
    connecting: 'Waiting for the server.',
    waiting: 'The server is not heard. Nothing is lost: this page catches up by itself.',
  }[state.kind]
  return (
    <Tooltip label={explanation}>
      <Group gap={6} wrap="nowrap" className={classes.mark} data-state={state.kind}>
        <span className={classes.dot} aria-hidden />
        <Text size="xs" role="status" aria-label="Connection">
          {words}
        </Text>
        {state.kind === 'waiting' && (
          // Not read out: it changes every second.
          <Text size="xs" aria-hidden className={classes.again}>
            again in {Math.max(0, Math.ceil((state.retryAt - now) / 1000))} s
          </Text>
        )}
      </Group>
    </Tooltip>
  )
}
