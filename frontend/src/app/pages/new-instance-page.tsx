import { Page } from '../../components/page'

export default function NewInstancePage() {
  return <Page title="NewInstancePage">…</Page>
}
