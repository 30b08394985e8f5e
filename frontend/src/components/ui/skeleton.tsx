// Grey shapes that stand where content is about to be.
import { cn } from "@/lib/cn";

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn("animate-pulse rounded-lg bg-foreground/8", className)} />;
}
