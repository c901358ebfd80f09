/* One quarter of start-up progress and of the search of the funding market: meguri's loops, line by line, in C.
 *
 * The structs Startup, Fund, Progress, Search, Prices, Keys, Sizes, Quarter and Requests, and the codes of classes
 * and flows, stand in a header that is written from the arrays of the quarter. Contraction of a * b + c is
 * switched off when this is compiled, so that every double is the one that meguri computes.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "quarter.h"

#define MARKET 7

static double smaller(double a, double b) { return b < a ? b : a; }
static double larger(double a, double b) { return b > a ? b : a; }
static int64_t smaller_int(int64_t a, int64_t b) { return b < a ? b : a; }
static int64_t larger_int(int64_t a, int64_t b) { return b > a ? b : a; }

/* ---------------------------------------------------------------- mathematics and chance */

static double of_bits(int64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int64_t bits_of(double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double exponential(double x) {
    int64_t k = (int64_t)floor(smaller(larger(x, -708.0), 709.0) * 1.44269504088896338700 + 0.5);
    double r = (x - k * 6.93147180369123816490e-01) - k * 1.90821492927058770002e-10;
    double total = 1.0;
    for (int n = 13; n > 0; n--) total = 1.0 + total * r / n;
    double value = total * of_bits((k + 1023) << 52);
    return x > 709.0 ? INFINITY : x < -708.0 ? 0.0 : value;
}

static double logarithm(double x) {
    int tiny = x < 0x1p-1022;
    int64_t bits = bits_of(tiny ? x * 0x1p54 : x);
    double mantissa = of_bits((bits & 0x000FFFFFFFFFFFFF) | 0x3FE0000000000000);
    double exponent = (double)((bits >> 52) - (tiny ? 1076 : 1022));
    int small = mantissa < 0.70710678118654752440;
    mantissa = small ? mantissa * 2.0 : mantissa;
    exponent = small ? exponent - 1.0 : exponent;
    double s = (mantissa - 1.0) / (mantissa + 1.0);
    double square = s * s, total = 0.0;
    for (int n = 23; n > 0; n -= 2) total = total * square + 1.0 / n;
    double value = exponent * 6.93147180369123816490e-01 + (2.0 * s * total + exponent * 1.90821492927058770002e-10);
    value = x == INFINITY ? INFINITY : value;
    return x > 0.0 ? value : x == 0.0 ? -INFINITY : NAN;
}

static double power(double base, double exponent) {
    if (base <= 0.0) return exponent == 0.0 ? 1.0 : 0.0;
    return exponential(exponent * logarithm(base));
}

static double polynomial(const double *c, double r) {
    double total = c[0];
    for (int n = 1; n < 8; n++) total = total * r + c[n];
    return total;
}

static const double CENTRE_ABOVE[] = {2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
    45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608};
static const double CENTRE_BELOW[] = {5226.495278852545925, 28729.085735721942674, 39307.89580009271061,
    21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0};
static const double NEAR_ABOVE[] = {7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
    1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
    1.42343711074968357734};
static const double NEAR_BELOW[] = {1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
    0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0};
static const double FAR_ABOVE[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
    0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699,
    6.6579046435011037772};
static const double FAR_BELOW[] = {2.04426310337993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
    7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0};

static double normal_quantile(double u) {
    double q = u - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(CENTRE_ABOVE, r) / polynomial(CENTRE_BELOW, r);
    }
    double r = q < 0.0 ? u : 1.0 - u, value;
    r = sqrt(-logarithm(r));
    if (r <= 5.0) {
        r -= 1.6;
        value = polynomial(NEAR_ABOVE, r) / polynomial(NEAR_BELOW, r);
    } else {
        r -= 5.0;
        value = polynomial(FAR_ABOVE, r) / polynomial(FAR_BELOW, r);
    }
    return q < 0.0 ? -value : value;
}

static uint64_t mix(uint64_t value) {
    uint64_t z = value + 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static uint64_t bits(uint64_t key, int64_t actor, int64_t index) {
    return mix(mix(key ^ mix((uint64_t)actor)) ^ (uint64_t)index);
}

static double uniform(uint64_t key, int64_t actor, int64_t index) {
    return ((double)(bits(key, actor, index) >> 12) + 0.5) * 0x1p-52;
}

static double normal(uint64_t key, int64_t actor, int64_t index) {
    return normal_quantile(uniform(key, actor, index));
}

#define HEAD 8
#define BLOCK 16
#define ROUNDING (1.0 + 1e-9)

static int before(double u, double weight, int64_t place, double other_u, double other_weight, int64_t other) {
    double time = -logarithm(u) / weight, other_time = -logarithm(other_u) / other_weight;
    return time < other_time || (time == other_time && place < other);
}

static int64_t race(uint64_t key, int64_t chooser, const int64_t *candidates, const double *weights, int64_t first,
                    int64_t last) {
    int64_t best = -1, place = first, end = last - first < HEAD + BLOCK ? last : first + HEAD;
    double best_u = 0.5, low = DBL_MAX, high = DBL_MAX;
    for (;;) {
        for (int64_t i = place; i < end; i++) {
            double u = uniform(key, chooser, candidates[i]), weight = weights[i];
            double rest = 1.0 - u, middle = 0.5 + 0.5 * u;
            if (rest <= high * (weight * middle) && i != best) {
                double at_most = ROUNDING * rest * middle / (u * weight);
                if (at_most < low || best < 0 || before(u, weight, i, best_u, weights[best], best)) {
                    best = i;
                    best_u = u;
                    low = rest / (middle * weight);
                    high = at_most;
                }
            }
        }
        int64_t doubtful = 0;
        while (end < last && doubtful == 0) {
            place = smaller_int(end, last - BLOCK);
            end = place + BLOCK;
            for (int64_t at = place; at < place + BLOCK; at++) {
                double u = uniform(key, chooser, candidates[at]);
                doubtful += 1.0 - u <= high * (weights[at] * (0.5 + 0.5 * u));
            }
        }
        if (doubtful == 0) return best;
    }
}

/* ---------------------------------------------------------------- start-up progress */

static void learn(const Startup *s, int64_t i, double noise, uint64_t key) {
    s->signals[i] += 1;
    s->news[i] = 1;
    double seen = s->potential[i] + noise * normal(key, s->id[i], 10 + (int64_t)s->signals[i]);
    double precision = 1.0 / s->belief_variance[i] + 1.0 / (noise * noise);
    double mean = (s->belief_mean[i] / s->belief_variance[i] + seen / (noise * noise)) / precision;
    s->belief_mean[i] = mean;
    s->belief_variance[i] = 1.0 / precision;
}

static void develop(const Startup *s, const Progress *rules, uint64_t key) {
    for (int64_t i = 0; i < s->rows; i++) {
        s->news[i] = 0;
        if (s->ended[i] != 0 || s->trl[i] >= MARKET) continue;
        double need = rules->need[s->field[i] - 1];
        int64_t spend = s->dormant[i] ? 0 : smaller_int(s->burn[i], larger_int(s->cash[i], 0));
        double hazard = rules->step_hazard * sqrt(larger((double)spend, rules->sweat * need) / need);
        if (uniform(key, s->id[i], 0) >= smaller(hazard, 0.9)) continue;
        if (uniform(key, s->id[i], 1) < (s->trl[i] <= 5 ? rules->fail_early : rules->fail_late)) {
            s->failures[i] += 1;
            if (s->failures[i] < 2) continue;
            s->failures[i] = 0;
            if (uniform(key, s->id[i], 2) >= rules->pivot) {
                s->closing[i] = 1;
                continue;
            }
            s->potential[i] -= rules->pivot_loss;
            s->belief_mean[i] -= rules->pivot_loss;
            s->trl[i] = (uint8_t)larger_int(1, (int64_t)s->trl[i] - 1);
            continue;
        }
        s->failures[i] = 0;
        s->trl[i] += 1;
        if (s->trl[i] == 4 || s->trl[i] == 6 || s->trl[i] == MARKET) learn(s, i, rules->signal_noise, key);
    }
}

static void sell(const Startup *s, const Progress *rules, const double *fade, int64_t ages, int64_t t, uint64_t key) {
    for (int64_t i = 0; i < s->rows; i++) {
        if (s->ended[i] != 0 || s->trl[i] < MARKET) continue;
        double z = normal(key, s->id[i], 3);
        if (s->market_since[i] == 0) {
            s->market_since[i] = (int32_t)t;
            s->revenue[i] = (int64_t)(rules->first_revenue * exponential(rules->first_revenue_spread * z));
        } else {
            double faded = fade[smaller_int(t - s->market_since[i], ages - 1)];
            double growth = rules->growth_of_potential * s->potential[i];
            if (s->vc_backed[i]) growth += rules->growth_of_investors;
            growth = rules->growth + growth * faded + rules->revenue_noise * z;
            s->revenue[i] = (int64_t)((double)s->revenue[i] * exponential(smaller(growth, 1.5)));
        }
        int64_t step = s->milestone[i];
        while (step < rules->milestones_rows && (double)(4 * s->revenue[i]) >= rules->milestones[step]) {
            step += 1;
            s->milestone[i] = (uint8_t)step;
            if (s->status[i] == 0) learn(s, i, rules->signal_noise, key);
        }
    }
}

static void request(const Requests *b, uint8_t flow, int64_t payer, int64_t payee, int64_t amount, int64_t contract,
                    uint8_t field, uint8_t stage, uint8_t region) {
    if (amount <= 0) return;
    int64_t row = b->rows[0];
    if (row >= b->amount_rows) {
        b->rows[2] = 1;
        return;
    }
    b->flow[row] = flow;
    b->payer[row] = (int32_t)payer;
    b->payee[row] = (int32_t)payee;
    b->amount[row] = amount;
    b->contract[row] = contract;
    b->field[row] = field;
    b->stage[row] = stage;
    b->region[row] = region;
    b->state[row] = 0;
    b->rows[0] = row + 1;
}

static void pay(const Startup *s, const Progress *rules, const Requests *b, int64_t offset, int64_t other_firm,
                int64_t household, uint8_t *shortage) {
    for (int64_t i = 0; i < s->rows; i++) {
        if (s->ended[i] != 0) continue;
        int64_t operating = (int64_t)((1.0 - rules->margin) * (double)s->revenue[i]);
        int64_t burn = s->dormant[i] ? 0 : s->burn[i];
        int64_t most = larger_int(s->cash[i] + s->revenue[i] - operating, 0);
        shortage[i] = burn > most;
        int64_t cost = operating + smaller_int(burn, most);
        int64_t wages = (int64_t)(rules->wage_share * (double)cost);
        uint8_t f = s->field[i], r = s->region[i];
        int64_t account = offset + i;
        request(b, FLOW_SALES, other_firm, account, s->revenue[i], 0, f, 0, r);
        request(b, FLOW_WAGE, account, household, wages, 0, f, 0, r);
        request(b, FLOW_PURCHASE, account, other_firm, cost - wages, 0, f, 0, r);
        s->employees[i] = (int32_t)larger_int(1, (int64_t)((double)(4 * wages) / rules->wage));
    }
}

static void survive(const Startup *s, const Progress *rules, const uint8_t *shortage, uint64_t key) {
    for (int64_t i = 0; i < s->rows; i++) {
        if (s->ended[i] != 0 || s->status[i] != 0 || s->closing[i]) continue;
        if (!s->funded[i]) {
            if (shortage[i]) s->burn[i] = 0;
            double hazard = s->cls[i] == CLASS_STARTUP_UNIVERSITY ? rules->close_university : rules->close_unfunded;
            s->closing[i] = uniform(key, s->id[i], 4) < hazard;
        } else if (s->dormant[i]) {
            s->closing[i] = uniform(key, s->id[i], 4) < rules->close_asleep;
        } else if (shortage[i]) {
            if (uniform(key, s->id[i], 5) < rules->sleep) {
                s->dormant[i] = 1;
                s->burn[i] = 0;
            } else {
                s->closing[i] = 1;
            }
        }
    }
}

void progress(const Quarter *q, const Requests *buffer, uint8_t *shortage) {
    double fade[240];
    buffer->rows[0] = buffer->rows[1] = buffer->rows[2] = 0;
    for (int age = 0; age < 240; age++) fade[age] = exponential(-age / q->progress.fading);
    develop(&q->startup, &q->progress, q->keys.progress);
    sell(&q->startup, &q->progress, fade, 240, q->t, q->keys.progress);
    pay(&q->startup, &q->progress, buffer, 0, -1, -2, shortage);
    survive(&q->startup, &q->progress, shortage, q->keys.progress);
}

/* ---------------------------------------------------------------- search of the funding market */

static void raises(const Startup *s, const Search *rules, int64_t t, uint8_t *flags) {
    for (int64_t i = 0; i < s->rows; i++) {
        flags[i] = 0;
        if (s->ended[i] != 0 || s->status[i] != 0 || s->closing[i] || !s->visible[i]) continue;
        if (s->last_round[i] == t) continue;
        if (s->dormant[i]) flags[i] = s->news[i];
        else if (!s->funded[i]) flags[i] = s->news[i] || (double)(t - s->founded[i]) < rules->young;
        else flags[i] = s->news[i] || (double)s->cash[i] < rules->runway * (double)s->burn[i];
    }
}

static void sort_into_cells(const int64_t *cells, int64_t rows, int64_t count, int64_t *order, int64_t *start) {
    memset(start, 0, (size_t)(count + 1) * sizeof *start);
    for (int64_t i = 0; i < rows; i++)
        if (cells[i] >= 0) start[cells[i] + 1] += 1;
    for (int64_t c = 0; c < count; c++) start[c + 1] += start[c];
    int64_t *fill = malloc((size_t)count * sizeof *fill);
    memcpy(fill, start, (size_t)count * sizeof *fill);
    for (int64_t i = 0; i < rows; i++)
        if (cells[i] >= 0) order[fill[cells[i]]++] = i;
    free(fill);
}

static double behind_schedule(const Fund *fund, int64_t v, const Search *rules, int64_t t) {
    double investable = (1.0 - rules->fee_reserve) * (double)fund->commitment[v];
    double planned = smaller(1.0, (double)(t - fund->founded[v] + 1) / rules->invest_quarters);
    return larger(0.0, planned - (double)fund->placed[v] / larger(investable, 1.0));
}

static double post_money(const Startup *s, int64_t i, double mean, double variance, const Prices *rules, int64_t t) {
    int64_t series = s->series[i], k = series <= 0 ? 0 : series == 1 ? 1 : series <= 3 ? 2 : 3;
    int selling = s->trl[i] >= MARKET;
    double age = selling && s->market_since[i] > 0 ? (double)(t - s->market_since[i]) : 0.0;
    double sales = 4.0 * (double)s->revenue[i];
    if (!selling || s->revenue[i] <= 0)
        sales = rules->first_revenue * power(rules->level_discount, (double)larger_int(MARKET - s->trl[i], 0));
    double horizon = rules->horizon[k];
    double exposure = rules->fading * exponential(-age / rules->fading) * (1.0 - exponential(-horizon / rules->fading));
    double spread = rules->growth_of_potential * exposure;
    spread = spread * spread * variance + rules->revenue_noise * rules->revenue_noise * horizon;
    double value = logarithm(rules->sales_multiple * sales) + rules->growth * horizon
        + rules->growth_of_investors * exposure;
    value += rules->growth_of_potential * mean * exposure + 0.5 * smaller(spread, rules->variance_cap);
    return exponential(value) * rules->retention[k] / rules->hurdle[k] * rules->market;
}

int64_t search(const Quarter *q, int64_t *who, int64_t *row, double *mean, double *post, int64_t *looked) {
    const Startup *s = &q->startup;
    const Fund *fund = &q->fund;
    const Search *rules = &q->search;
    const int64_t n = s->rows, fields = q->sizes.fields, regions = q->sizes.regions, groups = q->sizes.groups;
    const int64_t count = regions * fields * groups;
    const uint64_t key = q->keys.search;
    uint8_t *flags = malloc((size_t)n);
    int64_t *cells = malloc((size_t)n * 8), *order = malloc((size_t)n * 8), *start = malloc((size_t)(count + 1) * 8);
    double *by_region = calloc((size_t)regions, 8), *by_field = calloc((size_t)(regions * fields), 8);
    double *by_group = calloc((size_t)count, 8), *ask = malloc((size_t)n * 8);
    double *weights = malloc((size_t)regions * 8), *inside = malloc((size_t)fields * 8);
    int64_t *of_region = malloc((size_t)regions * 8), *of_field = malloc((size_t)fields * 8);
    int64_t *of_group = malloc((size_t)groups * 8), *ids = malloc((size_t)n * 8);
    double *pull = malloc((size_t)n * 8);
    raises(s, rules, q->t, flags);
    for (int64_t i = 0; i < n; i++) {
        cells[i] = -1;
        if (flags[i]) {
            int64_t group = (int64_t)(bits(q->keys.group, s->id[i], 0) & (uint64_t)(groups - 1));
            cells[i] = ((int64_t)(s->region[i] - 1) * fields + s->field[i] - 1) * groups + group;
            ask[i] = logarithm(0.2 * larger(rules->typical_ask, 1.4 * (double)s->post_money[i]));
        }
    }
    sort_into_cells(cells, n, count, order, start);
    for (int64_t cell = 0; cell < count; cell++) {
        by_group[cell] = (double)(start[cell + 1] - start[cell]);
        by_field[cell / groups] += by_group[cell];
        by_region[cell / groups / fields] += by_group[cell];
    }
    for (int64_t r = 0; r < regions; r++) of_region[r] = r;
    for (int64_t f = 0; f < fields; f++) of_field[f] = 1000 + f;
    for (int64_t g = 0; g < groups; g++) of_group[g] = 2000 + g;
    for (int64_t slot = 0; slot < start[count]; slot++) ids[slot] = s->id[order[slot]];
    int64_t used = 0, looks = 0;
    for (int64_t v = 0; v < fund->rows; v++) {
        if (q->counts[v] == 0) continue;
        const int64_t g = fund->manager[v];
        for (int64_t r = 0; r < regions; r++) {
            weights[r] = 0.0;
            if (by_region[r] > 0.0) {
                double known = q->ties[smaller_int(q->deals[g * regions + r], q->ties_rows - 1)];
                weights[r] = by_region[r] * q->closeness[fund->region[v] * (regions + 1) + r + 1] * known;
            }
        }
        double bar = rules->belief_hurdle * (1.0 - rules->pressure * behind_schedule(fund, v, rules, q->t));
        if (fund->cls[v] == CLASS_FUND_GOVERNMENT) bar *= rules->government_hurdle;
        const double target = logarithm(0.06 * (double)fund->commitment[v]);
        for (int64_t look = 0; look < q->counts[v]; look++) {
            const int64_t chooser = (int64_t)(bits(key, fund->id[v], look) >> 1);
            const int64_t r = race(key, chooser, of_region, weights, 0, regions);
            if (r < 0) continue;
            memcpy(inside, by_field + r * fields, (size_t)fields * 8);
            if (fund->field[v] > 0) inside[fund->field[v] - 1] *= rules->focus;
            const int64_t cell = r * fields + race(key, chooser, of_field, inside, 0, fields);
            const int64_t group =
                cell * groups + race(key, chooser, of_group, by_group + cell * groups, 0, groups);
            for (int64_t slot = start[group]; slot < start[group + 1]; slot++) {
                const int64_t i = order[slot];
                const double gap = ask[i] - target;
                pull[slot] = 1.0 / (1.0 + rules->fit * gap * gap);
                if (fund->university[v] >= 0 && fund->university[v] == s->university[i])
                    pull[slot] *= rules->own_university;
            }
            const int64_t best = order[race(key, chooser, ids, pull, start[group], start[group + 1])];
            looks++;
            const int own_field = fund->field[v] == s->field[best];
            const int own_university = fund->university[v] >= 0 && fund->university[v] == s->university[best];
            const int known = (fund->cls[v] == CLASS_FUND_CORPORATE && own_field)
                || (fund->cls[v] == CLASS_FUND_UNIVERSITY && own_university);
            const int64_t kind = fund->cls[v] - CLASS_FUND_INDEPENDENT;
            const double noise = known ? rules->noise[kind] : rules->noise_outside[kind];
            const int64_t index = (int64_t)(bits(q->keys.diligence, s->id[best], s->signals[best]) >> 1);
            const double seen = s->potential[best] + noise * normal(q->keys.diligence, q->manager_id[g], index);
            const double precision = 1.0 / s->belief_variance[best] + 1.0 / (noise * noise);
            const double believed =
                (s->belief_mean[best] / s->belief_variance[best] + seen / (noise * noise)) / precision;
            if (believed < bar) continue;
            who[used] = v;
            row[used] = best;
            mean[used] = believed;
            post[used] = post_money(s, best, believed, 1.0 / precision, &q->prices, q->t);
            used++;
        }
    }
    free(flags); free(cells); free(order); free(start); free(by_region); free(by_field); free(by_group); free(ask);
    free(weights); free(inside); free(of_region); free(of_field); free(of_group); free(ids); free(pull);
    *looked = looks;
    return used;
}
