"""What is said of things under way when a run is ended from outside."""

from inference.events import CallFinished, TurnFinished
from inference.messages import CallOutcome, FinishReason
from inference.replay import RunState

CUT_SHORT = "The run ended during this call: it may have happened or not."


def closing(state: RunState, reason: FinishReason) -> list[TurnFinished | CallFinished]:
    """The events that close what is open: the partial answer stays; calls under way were stopped, or nobody knows.

    reason: "cancelled" (by the user) or "interrupted".
    """
    events: list[TurnFinished | CallFinished] = []
    if turn := state.open_turn():
        events.append(
            TurnFinished(
                turn=turn.turn,
                text=turn.text,
                reasoning=turn.reasoning,
                calls=(),
                finish_reason=reason,
                usage=None,
                first_token_ms=None,
            )
        )
    outcome: CallOutcome = "cancelled" if reason == "cancelled" else "unknown"
    calls = [CallFinished(call_id=call.call_id, outcome=outcome, output=CUT_SHORT) for call in state.open_calls()]
    return [*events, *calls]
