import { Page } from '../../components/page'

export default function CataloguePage() {
  return <Page title="CataloguePage">…</Page>
}
