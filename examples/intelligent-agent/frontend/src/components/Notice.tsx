/** Something went wrong, in one sentence, with a way on where there is one. */
export function Notice({ text, retry }: { readonly text: string; readonly retry?: () => void }) {
  return (
    <div className="notice" role="alert">
      <p>{text}</p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}
