// A titled part of the form.
import type { ReactNode } from "react";

export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4 border-t pt-6 first:border-t-0 first:pt-0">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {text ? <p className="mt-0.5 text-[13px] text-muted-foreground">{text}</p> : null}
      </div>
      {children}
    </section>
  );
}
