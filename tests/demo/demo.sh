#!/usr/bin/env bash
# ./dev demo [PLAN.xml]: a department's quarter, entered through okr and okr-plan-sync alone, each act by a
# member who holds the role for it. The clock is simulated, so that the plan's weeks are this week.
# Everything lives in one directory of its own for each clone and plan; a second run finds it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
root=$PWD
bin=$root/build/bin
own_plan=$root/tests/demo/program-2026q4.xml

die() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

case ${OKR_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in
ja*) lang=ja ;;
*) lang=en ;;
esac
say() { # say ENGLISH JAPANESE
    if [[ $lang == ja ]]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

stop=0 reset=0 plan=$own_plan
while (($#)); do
    case $1 in
    --stop) stop=1 ;;
    --reset) reset=1 ;;
    -*) die "$1: no such option (./dev demo [PLAN.xml] | --stop | --reset)" ;;
    *) plan=$(readlink -f "$1") && [[ -r $plan ]] || die "$1: cannot be read" ;;
    esac
    shift
done

if ((EUID == 0)); then
    home=/var/lib/okrd-demo
else
    home=${XDG_STATE_HOME:-$HOME/.local/state}/okrd-demo
fi
home=$home/$(printf '%s' "$root" | sha256sum | cut -c1-8)
base=$home/$(printf '%s' "$plan" | sha256sum | cut -c1-8)
export XDG_STATE_HOME=$base/home
export OKR_SERVER=ipc://$base/okrd/okrd.sock
unset OKR_AS OKR_TOKEN

# okrd: one at a time for this clone.

pid_of() { # the okrd of directory $1, if it is one of ours and alive
    local pid
    [[ -f $1/okrd.pid ]] && pid=$(<"$1/okrd.pid") && [[ -r /proc/$pid/cmdline ]] &&
        tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q -- "--dir $1/okrd " && printf '%s' "$pid"
}

# The next start goes on at this time: what was entered must not lie in the future then.
keep_clock() { # of directory $1
    local now
    [[ -f $1/done ]] || return 0
    now=$("$bin/okr" --server "ipc://$1/okrd/okrd.sock" --deadline 5 --json server info 2>/dev/null | jq -r '.now // empty')
    [[ -z $now ]] || TZ=UTC-9 date -d "$now" +%FT%T+09:00 >"$1/clock"
}

stop_okrd() { # of directory $1
    local pid i
    stop_web "$1"
    pid=$(pid_of "$1") || return 0
    keep_clock "$1" || true
    kill -TERM "$pid"
    for ((i = 0; i < 600; i++)); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    die "okrd (process $pid) does not end; see $1/okrd.log"
}

stop_all() {
    local dir
    for dir in "$home"/*/; do
        [[ -d $dir ]] && stop_okrd "${dir%/}"
    done
    return 0
}

start_okrd() { # at clock $1
    local i
    mkdir -p "$base/home"
    setsid "$bin/okrd" serve --dir "$base/okrd" --listen "$OKR_SERVER" --clock "$1" \
        >>"$base/okrd.log" 2>&1 </dev/null &
    echo $! >"$base/okrd.pid"
    for ((i = 0; i < 600; i++)); do
        if "$bin/okr" server info >/dev/null 2>&1; then return 0; fi
        kill -0 "$(<"$base/okrd.pid")" 2>/dev/null || break
        sleep 0.1
    done
    tail -5 "$base/okrd.log" >&2
    die "okrd did not start; see $base/okrd.log"
}

# okr-web before it. It keeps its port from start to start, where it can.

stop_web() { # of directory $1
    local pid i
    [[ -f $1/web.pid ]] && pid=$(<"$1/web.pid") && [[ -r /proc/$pid/cmdline ]] &&
        tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q -- "--server ipc://$1/okrd/" || return 0
    kill -TERM "$pid"
    for ((i = 0; i < 100; i++)); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    die "okr-web (process $pid) does not end; see $1/web.log"
}

listen_web() { # on port $1; its address, once it listens
    local i
    : >"$base/web.log"
    setsid "$bin/okr-web" --server "$OKR_SERVER" --listen "127.0.0.1:$1" >>"$base/web.log" 2>&1 </dev/null &
    echo $! >"$base/web.pid"
    for ((i = 0; i < 100; i++)); do
        web=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$base/web.log") && return 0
        kill -0 "$(<"$base/web.pid")" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

start_web() {
    local port=8440
    stop_web "$base"
    [[ -f $base/web.port ]] && port=$(<"$base/web.port")
    listen_web "$port" || listen_web 0 || die "okr-web did not start; see $base/web.log"
    echo "${web##*:}" >"$base/web.port"
}

clock_to() {
    stop_okrd "$base"
    start_okrd "$1"
}

# Acting as somebody; what is printed is shown only when it fails.

as() {
    local who=$1 out
    shift
    out=$("$bin/okr" --as "$who" --yes "$@" 2>&1) || die "okr --as $who $*: $out"
}

made() { # the id of what was made
    local who=$1 out
    shift
    out=$("$bin/okr" --as "$who" --yes --json "$@" 2>&1) || die "okr --as $who $*: $out"
    jq -r '.id' <<<"$out"
}

member() { # HANDLE NAME ROLE...
    local handle=$1 name=$2 code role
    shift 2
    as root member add "$handle" "$name" --email "$handle@sample.invalid"
    for role; do as root role grant "$handle" "$role"; done
    code=$("$bin/okr" --as root member invite "$handle" | grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4}){3}' | head -1)
    "$bin/okr" login "$handle" --code "$code" --label demo >/dev/null || die "login of $handle failed"
}

# The dates: the plan's status date says which week the demo is about.

dates() {
    "$bin/okr-plan-sync" check "$plan" --json >"$base/plan.json" || die "$plan: not a plan that can be read"
    local day
    day=$(jq -r '.project | .status_date // .current_date // .last_saved // .start // empty' "$base/plan.json" | cut -c1-10)
    [[ -n $day ]] || die "$plan: holds no date to start from"
    monday=$(date -d "$day -$(($(date -d "$day" +%u) - 1)) days" +%F)
    friday=$(date -d "$monday +4 days" +%F)
    today=$(date -d "$monday +9 days" +%F)
    local year=${monday%%-*} month=$((10#$(date -d "$monday" +%m)))
    quarter=${year}Q$(((month + 2) / 3))
    first=$(printf '%s-%02d-01' "$year" $(((month - 1) / 3 * 3 + 1)))
    before=$(date -d "$first -3 days" +%F)
    # the last days of a quarter have no next week in it
    [[ $(date -d "$today" +%Y%m) -le $(date -d "$first +2 months" +%Y%m) ]] || today=$friday
}

people() {
    say "people: an admin, then everybody with the roles they hold" "メンバー: 管理者と、役割を持つ全員"
    local code
    code=$(<"$base/okrd/first-admin-code")
    "$bin/okr" admin claim root "見本管理者" --code "$code" >/dev/null || die "the first admin could not be made"
    member alice "見本アリス" pdm
    member bob "見本ボブ" dev-lead
    member carol "見本キャロル" program-manager
    member ivan "見本イワン" bi-engineer
    member judy "見本ジュディ" architect
    member dave "見本デイブ" pl engineer
    member erin "見本エリン" pl engineer
    member peggy "見本ペギー" pl engineer
    member frank "見本フランク" pl engineer dba
    member grace "見本グレース" engineer
    member heidi "見本ハイジ" intern
    member nick "見本ニック" pl engineer
    member olivia "見本オリビア" pl engineer
}

okr_of_the_quarter() {
    say "product OKR of $quarter, by the PdM (alice)" "プロダクトOKR $quarter: PdM (alice)"
    as alice quarter create "$quarter"
    local o first_o r year=${quarter%Q*}
    o=$(made alice objective add "$quarter" "Customers find their next deal 顧客が次の商談を見つけられる" --product "Sample CRM")
    kr1=$(made alice kr add "O-$o" "Search answers fast 検索の応答 p95" --kind decrease-to --start 900 --target 300 --unit ms)
    kr3=$(made alice kr add "O-$o" "Leads become meetings 商談化率" --kind increase-to --start 2.0 --target 3.5 --unit % --department Design)
    first_o=$o
    o=$(made alice objective add "$quarter" "New users stay 新規利用者の定着" --product "Sample CRM")
    kr2=$(made alice kr add "O-$o" "First use completed 初回利用の完了率" --kind increase-to --start 40 --target 60 --unit % --department Design)
    kr4=$(made alice kr add "O-$o" "Available 稼働率" --kind keep-at-least --start 99.9 --target 99.9 --unit %)
    say "roadmap of $year, by the PdM (alice): one item that the objectives serve, one that nothing serves yet" \
        "ロードマップ $year: PdM (alice)。目標が担う項目と、まだ何も担っていない項目"
    r=$(made alice roadmap add "$year" "Sales teams close deals in one place 商談をひとつの場所で完結" --product "Sample CRM")
    as alice roadmap link "R-$r" --objective "O-$first_o" --objective "O-$o"
    as alice roadmap add "$year" "Sell abroad 海外での販売" --product "Sample CRM"
}

# The plan's groups of tasks become the projects: uid and name of each.
groups() {
    jq -r '
      [.tasks[] | select(.null | not)] as $t
      | ([$t[] | select(.outline_level == 1 and .has_children)]) as $one
      | ([$t[] | select(.outline_level == 2 and .has_children)]) as $two
      | (if ($one | length) > 1 then $one elif ($two | length) > 0 then $two
         else [$t[] | select((.outline_level // 1) >= 1)] end)
      | .[:9][] | select(.uid != null) | [.uid, (.name // "?")[:180]] | @tsv' "$base/plan.json"
}

projects() {
    say "projects: proposed by the program manager (carol), decided by the dev lead (bob)" \
        "プロジェクト: プログラム・マネージャー (carol) が提案し、開発部門責任者 (bob) が決定"
    local leads=(dave erin peggy dave frank nick olivia erin) krs=("$kr1" "$kr2" "$kr3" "$kr2" "$kr1") sides=(stability security performance)
    local teams=("frank grace" "heidi nick" olivia "grace nick" dave erin heidi heidi)
    local i=0 n uid name id lead
    mapfile -t rows < <(groups)
    n=${#rows[@]}
    # of nine groups the last is bound to no project: the board shows what such work amounts to
    ((n == 9)) && n=8
    : >"$base/projects"
    for ((i = 0; i < n; i++)); do
        IFS=$'\t' read -r uid name <<<"${rows[i]}"
        if ((i < (n + 1) / 2)); then
            id=$(made carol project propose "$name" --quarter "$quarter" --kr "KR-${krs[i % 5]}")
        elif ((i == n - 1 && n > 5)); then
            id=$(made heidi project propose "$name" --quarter "$quarter" --requester "Billing 請求チーム")
        else
            id=$(made judy project propose "$name" --quarter "$quarter" --category "${sides[i % 3]}")
        fi
        as bob project accept "P-$id"
        lead=${leads[i % 8]}
        as carol project show "P-$id" # as bob decided it
        as carol project team "P-$id" --lead "$lead" $(printf -- '--member %s ' ${teams[i % 8]})
        printf '%s\t%s\t%s\n' "$id" "$uid" "$lead" >>"$base/projects"
    done
    ((n > 0)) || die "$plan: holds no task"
    as bob sufficiency declare "KR-$kr1" --note "index, switch-over and load test are all we owe it"
    as alice quarter open "$quarter"
}

push_plan() {
    say "the plan: pushed by an agent to which the program manager delegated it, then bound to the projects" \
        "プログラム計画: 委任されたエージェントが送信し、プロジェクトにひもづけ"
    as carol agent delegate "plan PC" --source program --out "$base/home/agent.token"
    "$bin/okr-plan-sync" push "$plan" --source program --token-file "$base/home/agent.token" ||
        die "the plan could not be pushed"
    local id uid lead
    while IFS=$'\t' read -r id uid lead; do
        as carol plan bind program "$uid" "P-$id"
    done <"$base/projects"
    local people=(dave erin peggy frank grace heidi nick olivia) i=0
    if [[ $plan != "$own_plan" ]]; then # our own plan's e-mail addresses are the members'
        while read -r uid; do
            as carol plan person program "$uid" "${people[i++]}"
            ((i < 8)) || break
        done < <(jq -r '.resources[] | select(.kind == "work" and (.null | not) and .uid != null and .uid > 0) | .uid' "$base/plan.json")
    fi
}

# Two goals of each project for the week of the plan's status date, and two for the week after it.
if [[ $plan == "$own_plan" ]]; then
    goals_now=("Half of the index is migrated 索引の半分を移行" "Switch-over plan is reviewed 切り替え手順のレビュー完了"
        "First-run guide reaches step 3 初回ガイドの手順3まで" "Two user sessions 利用者と2回確認"
        "Model v1 beats the rule モデルv1がルールを上回る" "Feature store is documented 特徴量の説明を書く"
        "List scrolls at 60 fps 一覧が60fpsで動く" "Empty state is designed 空の画面の設計"
        "Rehearsal is written up リハーサルの記録" "Roll-back is tried 切り戻しの確認"
        "Five medium findings are closed 中程度の指摘を5件解消" "Headers are set everywhere ヘッダーの設定"
        "Slowest three steps are named 遅い3処理の特定" "Numbers are shared 計測結果の共有"
        "Columns are agreed 列の合意" "First file is exported 最初のファイルを出力")
    goals_next=("Index is complete 索引の移行完了" "Flag is on for staff 社内で切り替え"
        "Guide is complete 初回ガイド完成" "Ten templates テンプレート10件"
        "Score shows in the list 一覧にスコアを表示" "Sales tries it with ten leads 営業が10件で試用"
        "List view is merged 一覧の実装をマージ" "Cache design is agreed キャッシュ設計の合意"
        "Upgrade day is fixed 更新日の確定" "Extensions are checked 拡張の確認"
        "Medium findings are half done 中程度の指摘の半分" "Tokens rotate トークンの定期更新"
        "Steps run side by side on test 検証環境で並列化" "Memory stays below 2 GB メモリ2GB未満"
        "Export is merged 出力をマージ" "Billing signs off 請求チームの確認")
else
    goals_now=("Finish what the plan has for this week 今週の計画分を終える" "Review with one user 利用者ひとりと確認")
    goals_next=("Carry on as planned 計画どおり進める" "Write down what we learnt 学びをまとめる")
fi

weekly_goals() {
    say "weekly goals of $(date -d "$monday" +%G-W%V), by the project leads" "週次目標 $(date -d "$monday" +%G-W%V): 各PL"
    local id uid lead n=0
    while IFS=$'\t' read -r id uid lead; do
        as "$lead" goal add "P-$id" "${goals_now[n++ % ${#goals_now[@]}]}"
        as "$lead" goal add "P-$id" "${goals_now[n++ % ${#goals_now[@]}]}"
    done <"$base/projects"
    IFS=$'\t' read -r id uid lead <"$base/projects"
    as frank entry write "P-$id" "Half of the shards are rebuilt 半分まで完了"
}

close_week() {
    say "Friday: each lead closes the week, with results and next week's goals, in one act" \
        "金曜: 各PLが結果と翌週の目標を一度に記入"
    local id uid lead goals n=0 second
    while IFS=$'\t' read -r id uid lead; do
        mapfile -t goals < <("$bin/okr" --as "$lead" --json week show "P-$id" | jq -r '.goals[].id')
        second=(--achieved "G-${goals[1]}")
        ((n % 6)) || second=(--missed "G-${goals[1]}=reviewer was away 担当者が不在だった")
        as "$lead" week close "P-$id" --achieved "G-${goals[0]}" "${second[@]}" --look-back "As planned おおむね計画どおり" \
            --next "${goals_next[n++ % ${#goals_next[@]}]}" --next "${goals_next[n++ % ${#goals_next[@]}]}"
    done <"$base/projects"
    say "month's end: the BI engineer (ivan) measures the KRs" "月末: BIエンジニア (ivan) がKRを測定"
    as ivan measure record "KR-$kr1" 860 --day "$first" --note "September 9月末"
    as ivan measure record "KR-$kr2" 46.5 --day "$first"
    as ivan measure record "KR-$kr3" 2.1 --day "$first"
    as ivan measure record "KR-$kr4" 99.93 --day "$first"
    as ivan measure record "KR-$kr1" 780 --note "before the switch-over"
    as ivan measure record "KR-$kr2" 47
    as ivan measure record "KR-$kr3" 1.9 --note "campaign ended"
    as ivan measure record "KR-$kr4" 99.95
}

# The month that is over, if the quarter has one: prepared, given an action, signed.
evaluate_month() {
    local month
    month=$(date -d "${today:0:7}-01 -1 day" +%Y-%m)
    [[ ! $month < ${first:0:7} ]] || return 0
    say "the evaluation of $month: prepared by the program manager (carol), signed by the dev lead (bob)" \
        "$month の効果評価: プログラム・マネージャー (carol) が作成し、開発部門責任者 (bob) が承認"
    as carol month factor "KR-$kr3" "the autumn campaign ended 秋のキャンペーン終了" --day "$monday"
    as carol month prepare "$month"
    as carol month action "$month" "find out what meetings depend on 商談化の要因を調べる" --due "$(date -d "$today +10 days" +%F)" --owner pdm
    as bob month sign "$month"
}

# The program manager decides the first line of the docket; the others wait.
monday_review() {
    say "the Monday review: the program manager (carol) decides one line" \
        "月曜の計画見直し: プログラム・マネージャー (carol) が 1 項目を決定"
    local key
    key=$("$bin/okr" --as carol --json monday | jq -r '.lines[0].key // empty')
    if [[ -n $key ]]; then
        as carol monday decide "$key" change-plan "the reviewer was away for a week 担当者が 1 週間不在" \
            --follow-up "plan the switch-over anew 切り替えの計画を作り直す" --follow-up-week next
    else
        as carol monday confirm
    fi
}

fill() {
    rm -rf "$base"
    mkdir -p "$base/home"
    dates
    say "a department's quarter, on a private PostgreSQL in $base" "部門の四半期を $base に作ります"
    start_okrd "${before}T10:00:00+09:00"
    people
    okr_of_the_quarter
    projects
    clock_to "${monday}T10:00:00+09:00"
    push_plan
    weekly_goals
    clock_to "${friday}T17:30:00+09:00"
    close_week
    clock_to "${today}T18:05:00+09:00"
    evaluate_month
    monday_review
    printf '%sT18:05:00+09:00\n' "$today" >"$base/clock"
    touch "$base/done"
}

wrapper() { # okr, as the demo's people
    cat >build/okr-demo <<EOF
#!/bin/sh
# okr on the demo's okrd, with the demo's logins
export XDG_STATE_HOME='$XDG_STATE_HOME' OKR_SERVER='$OKR_SERVER'
exec '$bin/okr' "\$@"
EOF
    chmod +x build/okr-demo
}

# A link for each of the demo's people, which logs a browser in as them, once.
links() {
    local who code
    echo
    say "In the browser: a link logs you in as one of them, once (./dev demo prints new ones)" \
        "ブラウザーで見る: リンクはその人として一度だけログインできます（./dev demo で新しいリンク）"
    for who in "dave PL" "carol program manager" "bob dev lead" "alice PdM" "ivan BI engineer" \
        "frank engineer, DBA" "judy architect" "heidi intern" "root admin"; do
        code=$("$bin/okr" --as root member invite "${who%% *}" | grep -oE '[0-9A-Z]{4}(-[0-9A-Z]{4}){3}' | head -1)
        printf '  %s/join#%s/%s  %s\n' "$web" "${who%% *}" "$code" "${who#* }"
    done
}

show() {
    local then
    then=$(date -d "$(cut -c1-10 "$base/clock") -7 days" +%F)
    echo
    "$bin/okr" --as bob board
    echo
    say "── my work, of frank (engineer) ──" "── 自分の仕事: frank (エンジニア) ──"
    "$bin/okr" --as frank me
    echo
    say "How to go on" "次にできること"
    cat <<EOF
  build/okr-demo --as dave week edit P-1                  $(say "write this week's results and next week's goals in your editor" "今週の結果と翌週の目標をエディタで書く")
  build/okr-demo --as carol plan tasks program --unbound  $(say "planned work that belongs to no project" "どのプロジェクトにも属さない計画作業")
  build/okr-demo --as carol monday                        $(say "what the program manager has to decide this week" "今週プログラム・マネージャーが決めること")
  build/okr-demo --as bob coverage                        $(say "where planned work goes, and what leads to no outcome" "計画作業の行き先と、成果につながらないもの")
  build/okr-demo --as frank why G-1                       $(say "why a weekly goal is done: up to the roadmap" "週次目標がなぜあるか: ロードマップまで")
  build/okr-demo --as bob week list                       $(say "which project's week is closed, late or missing" "各プロジェクトの週: 締め、遅れ、未提出")
  build/okr-demo --as bob month show                      $(say "last month: is it the plan or its execution?" "先月の効果評価: 計画の問題か、実行の問題か")
  build/okr-demo --as bob changes --since $then      $(say "what changed, by whom, why" "何が、誰によって、なぜ変わったか")
  build/okr-demo --as bob board --as-of $then        $(say "the board as it was then" "その時点のボード")
  build/okr-demo --as bob audit list                      $(say "who changed what" "だれが何を変えたか")
  build/okr-demo --lang ja --as bob board                 $(say "the board in Japanese" "ボード（日本語）; --lang en: English")
  build/okr-demo help                                     $(say "everything else" "その他のコマンド")
  $(say "logins" "ログイン"): root (admin), alice (PdM), bob (dev lead), carol (program manager), dave erin peggy (PL),
          frank grace nick olivia (engineer), heidi (intern), ivan (BI), judy (architect)
  ./dev demo --stop | ./dev demo                          $(say "end it | start it again, everything still there" "停止 | 再開（データは残る）")
  ./dev demo --reset                                      $(say "throw the demo's data away" "デモのデータを消す")
EOF
    say "  The clock is simulated: it is $(cut -c1-10 "$base/clock") for this okrd. Its log: $base/okrd.log" \
        "  時計は模擬です。この okrd では $(cut -c1-10 "$base/clock") です。ログ: $base/okrd.log"
}

if ((stop || reset)); then
    stop_all
    ((!reset)) || rm -rf "$home"
    if ((reset)); then say "the demo is ended and its data is gone" "デモを停止し、データを消しました"; else
        say "the demo is ended; ./dev demo starts it again" "デモを停止しました。./dev demo で再開します"; fi
    exit 0
fi

"$root/dev" build >/dev/null
mkdir -p "$home"
exec 9>"$home/lock"
flock -n 9 || die "another ./dev demo of this clone is under way"
for dir in "$home"/*/; do # another plan's okrd makes room
    [[ -d $dir && ${dir%/} != "$base" ]] && stop_okrd "${dir%/}"
done
if [[ -f $base/done ]]; then
    if pid_of "$base" >/dev/null; then
        say "the demo is running, with everything that was entered" "デモは動作中です（入力済みのデータがあります）"
    else
        say "the demo is here, with everything that was entered: starting it again" "入力済みのデータでデモを再開します"
        start_okrd "$(<"$base/clock")" 9>&-
    fi
else
    stop_okrd "$base"
    fill 9>&-
fi
wrapper
start_web 9>&-
show
links
