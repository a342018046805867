import classes from './tag-list.module.css'

/** Tags; a click on one calls `onTag`, if given. */
export function TagList({ tags, onTag }: { tags: readonly string[]; onTag?: (tag: string) => void }) {
  if (tags.length === 0) return null
  return (
    <span className={classes.tags}>
      {tags.map((tag) =>
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
    </span>
  )
}
