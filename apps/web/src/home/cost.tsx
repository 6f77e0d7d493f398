/** The day's bill, line by line, each with the rule that rounded it. */
import type { CostLine, Day, DayCost } from "../api/shapes.ts";
import { money } from "../format/money.ts";

export function Cost({ day }: { day: Day }) {
  return (
    <section class="cost" aria-labelledby="cost-title">
      <h2 id="cost-title">Cost</h2>
      {day.cost === null ? <NoCost day={day} /> : <Lines cost={day.cost} missing={day.counts.missing} />}
    </section>
  );
}

function NoCost({ day: { cost_problem: problem } }: { day: Day }) {
  if (problem !== undefined) {
    return (
      <p>
        {problem.message} {problem.help} <code class="small soft">{problem.code}</code>
      </p>
    );
  }
  return (
    <p class="soft">
      No tariff is set for this site. It is the <code>tariff:</code> part of the site's configuration.
    </p>
  );
}

function Lines({ cost, missing }: { cost: DayCost; missing: number }) {
  const rule = cost.lines.find(({ rounding }) => rounding !== undefined)?.rounding;
  return (
    <>
      <table>
        <caption class="unseen">The day's cost by line</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" class="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {cost.lines.map((line) => (
            <tr key={line.id ?? line.label}>
              <th scope="row">
                {line.label} <span class="soft small">{detail(line, cost)}</span>
              </th>
              <td class="number">{money(line.amount, cost.currency, cost.exponent)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Total</th>
            <td class="number">{money(cost.total, cost.currency, cost.exponent)}</td>
          </tr>
        </tfoot>
      </table>
      <p class="soft small">
        {rule === undefined ? "" : `Each line is rounded once, ${rule}. `}
        {missing > 0 ? `${missing} missing ${missing === 1 ? "interval is" : "intervals are"} not in it.` : ""}
      </p>
    </>
  );
}

function detail(line: CostLine, cost: DayCost): string {
  if (line.id === "tax") return `${line.price} of ${money(String(line.quantity), cost.currency, cost.exponent)}`;
  return `${line.quantity} ${line.unit} at ${line.price}`;
}
