// SPDX-License-Identifier: Apache-2.0
#include <platform/metrics/metrics.h>

#include <gtest/gtest.h>

using platform::metrics::Registry;

TEST(Metrics, ShowsCountersAndGaugesByLabel)
{
    Registry registry;
    registry.counter("http_requests_total", "Requests answered.", {{"method", "GET"}}).add(3);
    registry.counter("http_requests_total", "Requests answered.", {{"method", "PO\"ST\n"}}).add();
    registry.gauge("tasks_open", "Tasks nobody has\nclaimed.").set(-2);
    EXPECT_EQ(registry.exposition(),
              "# HELP http_requests_total Requests answered.\n"
              "# TYPE http_requests_total counter\n"
              "http_requests_total{method=\"GET\"} 3\n"
              "http_requests_total{method=\"PO\\\"ST\\n\"} 1\n"
              "# HELP tasks_open Tasks nobody has\\nclaimed.\n"
              "# TYPE tasks_open gauge\n"
              "tasks_open -2\n");
}

TEST(Metrics, GivesTheSameObjectForTheSameNameAndLabels)
{
    Registry registry;
    auto& first = registry.counter("a_total", "A.", {{"x", "1"}});
    EXPECT_EQ(&first, &registry.counter("a_total", "A.", {{"x", "1"}}));
    EXPECT_NE(&first, &registry.counter("a_total", "A.", {{"x", "2"}}));
}

TEST(Metrics, CountsHistogramBucketsCumulativelyInSeconds)
{
    Registry registry;
    auto& histogram = registry.histogram("commit_seconds", "Commits.", {}, {1'000, 2'500'000});
    histogram.observe_us(1'000);
    histogram.observe_us(1'001);
    histogram.observe_us(3'000'000);
    EXPECT_EQ(registry.exposition(),
              "# HELP commit_seconds Commits.\n"
              "# TYPE commit_seconds histogram\n"
              "commit_seconds_bucket{le=\"0.001\"} 1\n"
              "commit_seconds_bucket{le=\"2.5\"} 2\n"
              "commit_seconds_bucket{le=\"+Inf\"} 3\n"
              "commit_seconds_sum 3.002001\n"
              "commit_seconds_count 3\n");
}

TEST(Metrics, RefusesOneNameForTwoKinds)
{
    Registry registry;
    registry.counter("a_total", "A.");
    EXPECT_DEATH(registry.gauge("a_total", "A."), "broken invariant");
}
