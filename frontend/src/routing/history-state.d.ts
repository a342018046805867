import '@tanstack/react-router'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** How often a link to the log line in the address was followed: it leads there each time, not only the first. */
    asked?: number
  }
}
