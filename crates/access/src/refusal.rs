//! Why somebody is turned away. Never decides, and never says whether what was asked for is there.

refusals! {
    /// Why a caller may not do something.
    AccessRefusal, "access";
    /// Its roles do not say so.
    NotPermitted {
        /// What was to be done.
        permission: crate::Permission,
        /// Who may.
        roles: String,
    } = "not_permitted", "R5-02",
        why("您的角色不能执行此操作。", "Your role does not allow this."),
        cure("请由所示角色的同事操作，或向管理员申请权限。",
            "Ask somebody with one of the roles that are shown, or ask your administrator for one.");
    /// A key or a program asks for what a person must do.
    NeedsPerson {
        /// What was to be done.
        permission: crate::Permission,
    } = "needs_person", "R5-03",
        why("此操作须由登录的人员执行。", "Only a person who came in may do this."),
        cure("请登录控制台后操作。", "Do it after signing in to the console.");
}
