// The mark of the product and its name.
import { cn } from "@/lib/cn";

export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" fill="none" aria-hidden className={cn("size-7", className)}>
      <rect width="32" height="32" rx="9" className="fill-[#0f766e]" />
      <path d="M22.4 10.6A8.4 8.4 0 1 0 24.4 16H17" stroke="#fff" strokeWidth="2.8" strokeLinecap="round" strokeLinejoin="round" />
      <circle cx="16.4" cy="16" r="2.6" fill="#fff" />
    </svg>
  );
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 text-[17px] font-semibold tracking-tight">
      <LogoMark />
      GLMs
    </span>
  );
}
