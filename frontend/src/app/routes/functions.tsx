// The list of functions, and one of them to write.
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { FunctionPage } from "@/features/functions/FunctionPage";
import { FunctionsPage } from "@/features/functions/FunctionsPage";

export function FunctionsRoute() {
  return <FunctionsPage />;
}

export function FunctionRoute() {
  const { functionId } = getRouteApi("/shell/functions/$functionId").useParams();
  const navigate = useNavigate();
  return (
    <FunctionPage
      key={functionId}
      functionId={functionId === "new" ? null : functionId}
      onSaved={(id) => void navigate({ to: "/functions/$functionId", params: { functionId: id }, replace: true })}
      onDeleted={() => void navigate({ to: "/functions" })}
    />
  );
}
