import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core'
import {
  IconArrowBarToDown,
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconClock,
  IconCopy,
  IconCopyCheck,
  IconDownload,
  IconStack2,
  IconTextWrap,
} from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { logDownload } from '../../api/logs'
import type { LogPreferences } from './preferences'

interface Props {
  runId: string
  preferences: LogPreferences
  onPreferences: (change: Partial<LogPreferences>) => void
  isFollowing: boolean
  canFollow: boolean
  onFollow: () => void
  isFull: boolean
  onFull: () => void
  /** Returns whether there was something to copy. */
  onCopy: () => Promise<boolean>
}

const COPIED = { yes: 'Copied', nothing: 'Select text or a line first' }

export function LogToolbar(props: Props) {
  const { runId, preferences, onPreferences, isFollowing, canFollow, onFollow, isFull, onFull, onCopy } =
    props
  const [copied, setCopied] = useState<'yes' | 'nothing' | null>(null)
  const { wrap, time, joins } = preferences
  return (
    <Group gap={2} role="toolbar" aria-label="Log view" wrap="nowrap">
      <Tooltip label={canFollow ? 'Stay at the end as lines come (f)' : 'The run is over: no lines come'}>
        <Button
          size="compact-sm"
          variant={isFollowing ? 'light' : 'subtle'}
          color={isFollowing ? 'accent' : 'gray'}
          aria-pressed={isFollowing}
          leftSection={<IconArrowBarToDown size={15} aria-hidden />}
          disabled={!canFollow}
          onClick={onFollow}
        >
          Follow
        </Button>
      </Tooltip>
      <Switch
        label="Wrap"
        hint="Wrap long lines (w)"
        isOn={wrap}
        onSwitch={() => onPreferences({ wrap: !wrap })}
      >
        <IconTextWrap size={16} aria-hidden />
      </Switch>
      <Switch
        label="Time since start"
        hint="Time since the run's start"
        isOn={time === 'relative'}
        onSwitch={() => onPreferences({ time: time === 'relative' ? 'absolute' : 'relative' })}
      >
        <IconClock size={16} aria-hidden />
      </Switch>
      <Switch
        label="Join repeats"
        hint="Equal neighbours are one row"
        isOn={joins}
        onSwitch={() => onPreferences({ joins: !joins })}
      >
        <IconStack2 size={16} aria-hidden />
      </Switch>
      <Tooltip label={copied === null ? 'Copy the selection or the line' : COPIED[copied]}>
        <ActionIcon
          aria-label="Copy"
          onMouseDown={(event) => event.preventDefault()}
          onMouseLeave={() => setCopied(null)}
          onClick={() => void onCopy().then((done) => setCopied(done ? 'yes' : 'nothing'))}
        >
          {copied === 'yes' ? <IconCopyCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label="Download" title="Download every line">
            <IconDownload size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={logDownload(runId, 'txt')} download>
            Text (.txt)
          </Menu.Item>
          <Menu.Item component="a" href={logDownload(runId, 'jsonl')} download>
            JSON lines (.jsonl)
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Switch
        label="Full screen"
        hint={isFull ? 'Leave full screen (Esc)' : 'Full screen'}
        isOn={isFull}
        onSwitch={onFull}
      >
        {isFull ? <IconArrowsMinimize size={16} aria-hidden /> : <IconArrowsMaximize size={16} aria-hidden />}
      </Switch>
    </Group>
  )
}

interface SwitchProps {
  label: string
  hint: string
  isOn: boolean
  onSwitch: () => void
  children: ReactNode
}

function Switch({ label, hint, isOn, onSwitch, children }: SwitchProps) {
  return (
    <Tooltip label={hint}>
      <ActionIcon
        aria-label={label}
        aria-pressed={isOn}
        variant={isOn ? 'light' : 'subtle'}
        color={isOn ? 'accent' : 'gray'}
        onClick={onSwitch}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
