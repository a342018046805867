// Before the first paint: the scheme that was chosen, or the system's. A file of its own, since the CSP allows no
// inline script.
{
  const chosen = localStorage.getItem('athanor.color-scheme')
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
}
