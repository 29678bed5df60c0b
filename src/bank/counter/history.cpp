// SPDX-License-Identifier: Apache-2.0
// What happened to a case, in words.
#include <bank/counter/internal/impl.h>

#include <algorithm>

namespace bank::counter {

using engine::process::HistoryEntry;

namespace {

const base::Text& kind_text(const std::string& kind)
{
    static const std::map<std::string_view, base::Text> texts{
        {"started", {{"zh", "业务开始"}, {"en", "Case started"}}},
        {"task-created", {{"zh", "转给工作人员"}, {"en", "Passed to the staff"}}},
        {"claimed", {{"zh", "领取任务"}, {"en", "Task taken"}}},
        {"claimed-instead",
         {{"zh", "代请假同事接手"}, {"en", "Taken over from a colleague who is away"}}},
        {"released", {{"zh", "退回任务池"}, {"en", "Task given back"}}},
        {"completed", {{"zh", "完成"}, {"en", "Completed"}}},
        {"decided", {{"zh", "决策表判断"}, {"en", "Decision table"}}},
        {"late", {{"zh", "超过时限"}, {"en", "Overdue"}}},
        {"escalated", {{"zh", "已升级"}, {"en", "Escalated"}}},
        {"operation", {{"zh", "系统完成"}, {"en", "Done by the system"}}},
        {"failed", {{"zh", "步骤没有成功"}, {"en", "Step failed"}}},
        {"incident", {{"zh", "异常待处理"}, {"en", "Incident"}}},
        {"retried", {{"zh", "重试"}, {"en", "Retried"}}},
        {"skipped", {{"zh", "跳过"}, {"en", "Skipped"}}},
        {"timer", {{"zh", "等待时间已到"}, {"en", "Waiting time over"}}},
        {"message", {{"zh", "收到答复"}, {"en", "Answer received"}}},
        {"sent", {{"zh", "发出消息"}, {"en", "Message sent"}}},
        {"error", {{"zh", "转入例外处理"}, {"en", "Went the way for errors"}}},
        {"escalation", {{"zh", "上报"}, {"en", "Reported upwards"}}},
        {"compensating", {{"zh", "撤销步骤"}, {"en", "Step undone"}}},
        {"by-hand", {{"zh", "线下办理"}, {"en", "Done by hand"}}},
        {"seen", {{"zh", "查看任务"}, {"en", "Task looked at"}}},
        {"sent-back", {{"zh", "驳回"}, {"en", "Sent back"}}},
        {"handed-over", {{"zh", "转办"}, {"en", "Handed over"}}},
        {"lent", {{"zh", "委派"}, {"en", "Lent to a colleague"}}},
        {"given-back", {{"zh", "委派交回"}, {"en", "Given back"}}},
        {"returned",
         {{"zh", "经办人已不能办理，退回任务池"},
          {"en", "Back to the group: its holder may not do it any more"}}},
        {"signer-gone",
         {{"zh", "签署人已不在岗，不再等其签署"}, {"en", "A signer is gone and not waited for"}}},
        {"stranded", {{"zh", "目前无人可以办理"}, {"en", "Nobody here may take it now"}}},
        {"reminded", {{"zh", "临近时限提醒"}, {"en", "Reminded of the deadline"}}},
        {"asked-to-sign", {{"zh", "请人会签"}, {"en", "Signature asked for"}}},
        {"signed", {{"zh", "会签同意"}, {"en", "Signed"}}},
        {"not-signed", {{"zh", "会签不同意"}, {"en", "Signature refused"}}},
        {"moved",
         {{"zh", "转到业务的另一版本"}, {"en", "Moved to another version of the service"}}},
        {"ended", {{"zh", "业务结束"}, {"en", "Case ended"}}},
        {"cancelled", {{"zh", "已取消"}, {"en", "Given up"}}}};
    static const base::Text other{{"zh", "其他"}, {"en", "Other"}};
    const auto found = texts.find(kind);
    return found == texts.end() ? other : found->second;
}

base::Text ended_text(const std::string& outcome)
{
    if (outcome == "done") return {{"zh", "已办成"}, {"en", "done"}};
    if (outcome == "refused") return {{"zh", "未通过"}, {"en", "refused"}};
    return {};
}

/// The roles to which a task was escalated.
base::Text roles_text(const catalog::Bank& bank, std::string_view words)
{
    base::Text all;
    for (const auto& [code, role] : bank.roles) {
        const auto at = words.find(code);
        const bool whole = at != std::string_view::npos && (at == 0 || words[at - 1] == ' ') &&
                           (at + code.size() == words.size() || words[at + code.size()] == ' ');
        if (!whole) continue;
        for (const auto& [language, name] : role.name) {
            std::string& text = all[language];
            if (!text.empty()) text += language == "zh" ? "、" : ", ";
            text += name;
        }
    }
    return all;
}

/// What a person chose at a task.
base::Text outcome_text(const catalog::Service& service, const HistoryEntry& entry)
{
    const auto index = service.process->find(entry.element);
    if (!index) return {};
    const auto task = service.tasks.find(service.process->element(*index).task);
    if (task == service.tasks.end()) return {};
    for (const auto& [code, outcome] : task->second.outcomes) {
        if (code == entry.outcome) return outcome.name;
    }
    return {};
}

void append(base::Text& text, const base::Text& more, std::string_view before,
            std::string_view after = {})
{
    if (more.empty()) return;
    for (auto& [language, words] : text) {
        words += before;
        words += base::in_language(more, language);
        words += after;
    }
}

/// The labels of the fields in which a step was answered anew.
base::Text changed_text(const catalog::Service& service, const HistoryEntry& entry)
{
    const auto index = service.process->find(entry.element);
    if (!index || entry.changed.empty()) return {};
    const auto* section = service.form.section(service.process->element(*index).section);
    if (section == nullptr) return {};
    base::Text all;
    for (const std::string& name : entry.changed) {
        const auto label = section->labels.find(name);
        for (const auto& [language, between] : {std::pair{"zh", "、"}, std::pair{"en", ", "}}) {
            std::string& text = all[language];
            if (!text.empty()) text += between;
            text +=
                label == section->labels.end() ? name : base::in_language(label->second, language);
        }
    }
    return all;
}

}  // namespace

base::Text title_of(const catalog::Service& service, std::string_view element_id)
{
    const auto index = service.process->find(element_id);
    if (!index) return {};
    const auto& element = service.process->element(*index);
    if (const auto task = service.tasks.find(element.task); task != service.tasks.end())
        return task->second.name;
    if (const auto* section = service.form.section(element.section)) return section->title;
    return element.title;
}

base::Text reason_text(const catalog::Service& service, const std::string& reason)
{
    if (reason.empty()) return {};
    for (const auto& [code, task] : service.tasks) {
        for (const auto& [outcome_code, outcome] : task.outcomes) {
            for (const auto& each : outcome.reasons) {
                if (each.code == reason) return each.name;
            }
        }
    }
    for (const auto* texts : {&service.review_reasons, &service.reasons}) {
        if (const auto found = texts->find(reason); found != texts->end()) return found->second;
    }
    return {{"zh", reason}, {"en", reason}};
}

base::Text history_text(const catalog::Service& service, const catalog::Bank& bank,
                        const HistoryEntry& entry)
{
    base::Text text = kind_text(entry.kind);
    append(text, title_of(service, entry.element), " · ");
    if (entry.kind == "completed") append(text, outcome_text(service, entry), " · ");
    if (entry.kind == "escalated") append(text, roles_text(bank, entry.outcome), " · ");
    if (entry.kind == "ended") append(text, ended_text(entry.outcome), " · ");
    append(text, reason_text(service, entry.reason), " (", ")");
    if (const auto changed = changed_text(service, entry); !changed.empty()) {
        append(text, {{"zh", "改动："}, {"en", "changed: "}}, " · ");
        append(text, changed, "");
    }
    return text;
}

}  // namespace bank::counter
