"""What is counted for Prometheus."""

from prometheus_client import CollectorRegistry

from bot.service.measurements import Measurements


def test_a_queue_that_is_gone_has_no_length() -> None:
    registry = CollectorRegistry()
    measurements = Measurements(registry)
    measurements.queues({"support": 3, "sales": 2})
    measurements.queues({"support": 1})
    lengths = {
        sample.labels["queue"]: sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "switchboard_queue_length"
    }
    assert lengths == {"support": 1}
