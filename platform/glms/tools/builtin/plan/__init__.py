"""A plan that the agent writes first and ticks off."""

from glms.tools.builtin.plan.tool import PlanKit, UpdatePlan

__all__ = ["PlanKit", "UpdatePlan"]
