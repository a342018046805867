import classes from './tag-list.module.css'

interface Props {
  tags: readonly string[]
  /** What a click on one does. */
  onTag?: (tag: string) => void
  /** So many show; of the others their number, and what they are on hover. */
  most?: number
}

export function TagList({ tags, onTag, most = tags.length }: Props) {
  if (tags.length === 0) return null
  const shown = tags.slice(0, most)
  const others = tags.slice(most)
  return (
    <span className={classes.tags}>
      {shown.map((tag) =>
        onTag ? (
          <button
            key={tag}
            type="button"
            className={classes.tag}
            aria-label={`Show tag ${tag}`}
            onClick={() => onTag(tag)}
          >
            {tag}
          </button>
        ) : (
          <span key={tag} className={classes.tag}>
            {tag}
          </span>
        ),
      )}
      {others.length > 0 && (
        <span className={classes.more} title={others.join(', ')}>
          {others.length} more
        </span>
      )}
    </span>
  )
}
