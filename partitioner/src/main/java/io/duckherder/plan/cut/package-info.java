/**
 * Cutting queries into stages. DuckDB's optimised plan is read as relations ({@link
 * io.duckherder.plan.cut.PlanTree}); ways to divide it are tried and weighed ({@link
 * io.duckherder.plan.cut.QueryCutter}); the best is written as the SQL of stages.
 */
@NullMarked
package io.duckherder.plan.cut;

import org.jspecify.annotations.NullMarked;
