// What is wrong with a form as a whole.

export function FormError({ text }: { text: string | null }) {
  if (!text) return null;
  return <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">{text}</p>;
}
