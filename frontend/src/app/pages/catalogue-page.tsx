import { getRouteApi } from '@tanstack/react-router'
import { Page } from '../../components/page'
import { Catalogue } from '../../features/catalogue/catalogue'
import { useTopic } from '../../live/live'

const route = getRouteApi('/catalogue')

/** Every experiment there is to make instances of, and every module that cannot be used. */
export default function CataloguePage() {
  const { name } = route.useSearch()
  const navigate = route.useNavigate()
  useTopic('experiments')
  useTopic('instances')
  return (
    <Page title="Catalogue">
      <Catalogue
        open={name}
        onOpen={(open) =>
          void navigate({ search: open ? { name: open } : {}, replace: true, resetScroll: false })
        }
      />
    </Page>
  )
}
