/** Every token of the look: colour, space, type. Components use these names and Mantine's, never a colour of their own. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Neutral with a little blue; 0 lightest. */
const slate: MantineColorsTuple = [
  '#f7f8fa',
  '#eef0f3',
  '#dfe3e8',
  '#c9cfd7',
  '#a3acb8',
  '#717c8a',
  '#545e6b',
  '#3b444f',
  '#262d35',
  '#171c22',
]

/** The one accent: links, focus, the primary action. */
const accent: MantineColorsTuple = [
  '#e9f2fb',
  '#d0e2f5',
  '#a3c6ec',
  '#72a8e3',
  '#4a8fdb',
  '#2f7dd1',
  '#1f6dc0',
  '#155aa3',
  '#0f4985',
  '#0a3767',
]

const dark: MantineColorsTuple = [
  '#d5dbe3',
  '#b3bcc8',
  '#98a3b1',
  '#6c7886',
  '#414b57',
  '#323b46',
  '#252c35',
  '#1b2128',
  '#14191f',
  '#0e1216',
]

const monospace = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 7 },
  colors: { accent, gray: slate, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: monospace,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '2rem' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.25rem' }, h2: { fontSize: '1rem' }, h3: { fontSize: '0.875rem' } },
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } },
  },
})

/** Text colours have a contrast of at least 4.5 on the surface of their scheme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--row-height-log': '24px',
    '--page-width': '1600px',
  },
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': slate[9],
    '--mantine-color-dimmed': '#5b6572',
    '--mantine-color-placeholder': '#5b6572',
    '--surface': '#ffffff',
    '--surface-sunken': slate[0],
    '--surface-raised': '#ffffff',
    '--border': slate[2],
    '--row-selected': '#edf4fc',
    // Mantine's own reds are too light to carry white words, or to be words themselves.
    '--mantine-color-red-filled': '#b3261e',
    '--mantine-color-red-filled-hover': '#961d16',
    '--mantine-color-red-light-color': '#a3211a',
    '--status-pending': '#5b6572',
    '--status-running': '#155aa3',
    '--status-completed': '#1c6e3d',
    '--status-failed': '#b3261e',
    '--mantine-color-error': '#b3261e', // Mantine's own is too faint to be read
    '--status-cancelled': '#7a4f01',
    '--level-debug': '#5b6572',
    '--level-info': '#155aa3',
    '--level-warn': '#7a4f01',
    '--level-error': '#b3261e',
    '--highlight': '#fff3bf',
    '--ansi-black': '#3b444f',
    '--ansi-red': '#b3261e',
    '--ansi-green': '#1c6e3d',
    '--ansi-yellow': '#7a4f01',
    '--ansi-blue': '#155aa3',
    '--ansi-magenta': '#8a2a8f',
    '--ansi-cyan': '#0b6672',
    '--ansi-white': '#5b6572',
  },
  dark: {
    '--mantine-color-body': dark[8],
    '--mantine-color-text': dark[0],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[2],
    // Mantine's own are nearly white here: a button that deletes would look like any other.
    '--mantine-color-red-light-color': '#ff8f87',
    '--mantine-color-accent-light-color': '#82b7f0',
    '--surface': dark[8],
    '--surface-sunken': dark[9],
    '--surface-raised': dark[7],
    '--border': dark[5],
    '--row-selected': '#182a3e',
    '--mantine-color-anchor': accent[3], // Mantine's own is too dark on what is raised or selected
    '--mantine-color-red-filled': '#b3261e',
    '--mantine-color-red-filled-hover': '#961d16',
    '--mantine-color-red-light': 'rgba(255, 143, 135, 0.14)',
    '--mantine-color-red-light-hover': 'rgba(255, 143, 135, 0.2)',
    '--status-pending': dark[1],
    '--status-running': '#82b7f0',
    '--status-completed': '#6fcf97',
    '--status-failed': '#ff8f87',
    '--mantine-color-error': '#ff8f87',
    '--status-cancelled': '#e5b567',
    '--level-debug': dark[2],
    '--level-info': '#82b7f0',
    '--level-warn': '#e5b567',
    '--level-error': '#ff8f87',
    '--highlight': '#4d4318',
    '--ansi-black': '#98a3b1',
    '--ansi-red': '#ffa59e',
    '--ansi-green': '#6fcf97',
    '--ansi-yellow': '#e5b567',
    '--ansi-blue': '#82b7f0',
    '--ansi-magenta': '#dc9ae0',
    '--ansi-cyan': '#73cbd6',
    '--ansi-white': '#d5dbe3',
  },
})
