"""Inputs of products and red lines."""

from __future__ import annotations

from gigacampus.scenario.quantity import Count, Frac, NonNegative, Spec


class ProductsSpec(Spec):
    """What people and machines ask of the models."""

    chat_users: Count = 1_000_000.0
    """Monthly users at the start of the horizon."""
    chat_user_growth_per_year: NonNegative = 0.5
    paying_frac: Frac = 0.03
    prompts_per_user_day: NonNegative = 1.0
    output_tokens_per_prompt: NonNegative = 350.0
    api_tokens_per_day: Count = 0.0


class RedLinesSpec(Spec):
    """Gates, reviewers, legal clocks."""

    outputs_per_day: Count = 0.0
    violating_prompt_frac: Frac = 0.0
    gate_recalls: list[Frac] = []
    reviewers: Count = 0.0
    legal_clock_h: NonNegative = 48.0
