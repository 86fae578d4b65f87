"""The Claims page: cases of claims and chargebacks, what people decide, evidence, months, and the defect rate."""
