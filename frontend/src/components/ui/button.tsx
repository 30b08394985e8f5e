// Buttons in every weight the product uses.
import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export const buttonVariants = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg text-sm font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50 disabled:pointer-events-none aria-disabled:cursor-default aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-primary text-primary-foreground hover:bg-primary-hover",
        outline: "border bg-surface text-foreground hover:bg-muted",
        ghost: "text-foreground hover:bg-foreground/6",
        soft: "bg-muted text-foreground hover:bg-foreground/10",
        danger: "bg-danger text-white hover:opacity-90 dark:text-background",
        link: "text-primary-text underline-offset-4 hover:underline",
      },
      size: {
        md: "h-9 px-4",
        sm: "h-8 px-3 text-[13px]",
        lg: "h-11 px-5",
        icon: "size-9 max-sm:size-10",
        "icon-sm": "size-8 max-sm:size-9 rounded-md",
        inline: "h-auto p-0",
      },
    },
    defaultVariants: { variant: "primary", size: "md" },
  },
);

interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonVariants> {
  asChild?: boolean;
  busy?: boolean;
}

/** While busy it does nothing, but keeps the focus, which a disabled button would lose. */
export function Button({ className, variant, size, asChild, busy, type, children, onClick, ...props }: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) {
    return <Slot.Root className={classes} onClick={onClick} {...props}>{children}</Slot.Root>;
  }
  return (
    <button type={type ?? "button"} className={classes} aria-busy={busy} aria-disabled={busy === true ? true : undefined} onClick={busy ? (event) => event.preventDefault() : onClick} {...props}>
      {busy ? <LoaderCircle className="animate-spin" aria-hidden /> : null}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonProps {
  label: string;
}

/** A button with only an icon: its label is spoken, and shown on hover. */
export function IconButton({ label, variant = "ghost", size = "icon-sm", className, ...props }: IconButtonProps) {
  return <Button aria-label={label} title={label} variant={variant} size={size} className={cn("text-muted-foreground hover:text-foreground", className)} {...props} />;
}
