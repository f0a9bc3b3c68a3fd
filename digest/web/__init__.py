"""The pages that readers see and the calls that providers make, served beside the schedules."""
